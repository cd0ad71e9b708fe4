"""X analytics in its three layouts: posts until 2024, posts since, and the overview by day.

A post's figures stand under the month of its publication (London), whenever they came. Impressions are how
often a post was shown on a screen; X tells no reach and, in these files, no followers.
"""

from __future__ import annotations

from data.sources.platforms import Field, Layout, utc_time, worded_day

_ACCOUNT = r"(?:twitter|x)\.com/([A-Za-z0-9_]+)/status"
_ID = r"/status/([0-9]+)"
_PROMOTED = tuple(f"promoted_{name}" for name in (
    "impressions", "engagements", "engagement_rate", "retweets", "replies", "likes", "user_profile_clicks", "url_clicks",
    "hashtag_clicks", "detail_expands", "permalink_clicks", "app_opens", "app_installs", "follows", "email_tweet",
    "dial_phone", "media_views", "media_engagements"))

ACTIVITY = Layout(
    channel="x", time="time", read_time=utc_time, identity="tweet_id", link="tweet_permalink", id_in_link=_ID,
    account_in_link=_ACCOUNT, unread=("tweet_text",),
    fields=(
        Field("impressions", "impressions", "Times the post was shown, not counting paid promotion."),
        Field("retweets", "shares", "Reposts of the post, with or without words of one's own."),
        Field("replies", "comments", "Replies to the post."),
        Field("likes", "reactions", "Likes of the post."),
        Field("user_profile_clicks", "clicks", "Clicks on the account's name or picture in the post."),
        Field("url_clicks", "clicks", "Clicks on a link in the post."),
        Field("hashtag_clicks", "clicks", "Clicks on a hashtag in the post."),
        Field("detail_expands", "clicks", "Clicks on the post to see all of it."),
        Field("permalink_clicks", "clicks", "Clicks on the post's own link."),
        Field("engagements", "", "All interactions together: their parts are used instead."),
        Field("engagement_rate", "", "Engagements over impressions: a ratio cannot be added."),
        Field("app_opens", "", "Opens of an advertised app."),
        Field("app_installs", "", "Installations of an advertised app."),
        Field("follows", "", "Accounts gained by the post: a change, while audience is a stock."),
        Field("email_tweet", "", "Times the post was sent by e-mail."),
        Field("dial_phone", "", "Calls of a number in the post."),
        Field("media_views", "", "Views of videos and pictures, which begin by themselves."),
        Field("media_engagements", "", "Clicks on videos and pictures: in detail expands already."),
        *(Field(name, "", "Of paid promotion.") for name in _PROMOTED),
    ),
)
CONTENT = Layout(
    channel="x", time="date", read_time=worded_day, identity="post_id", link="post_link", id_in_link=_ID,
    account_in_link=_ACCOUNT, unread=("post_text",),
    fields=(
        Field("impressions", "impressions", "Times the post was shown."),
        Field("likes", "reactions", "Likes of the post."),
        Field("replies", "comments", "Replies to the post."),
        Field("reposts", "shares", "Reposts of the post, with or without words of one's own."),
        Field("shares", "shares", "Times the post was passed on by its share button."),
        Field("profile_visits", "clicks", "Visits of the profile from the post."),
        Field("detail_expands", "clicks", "Clicks on the post to see all of it."),
        Field("url_clicks", "clicks", "Clicks on a link in the post."),
        Field("hashtag_clicks", "clicks", "Clicks on a hashtag in the post."),
        Field("permalink_clicks", "clicks", "Clicks on the post's own link."),
        Field("engagements", "", "All interactions together: their parts are used instead."),
        Field("bookmarks", "", "Posts kept for later, which nobody else sees."),
        Field("new_follows", "", "Accounts gained by the post: a change, while audience is a stock."),
    ),
)
OVERVIEW = Layout(
    channel="x", time="date", read_time=worded_day, each="day",
    fields=(
        Field("impressions", "impressions", "Times any post of the account was shown on the day."),
        Field("likes", "reactions", "Likes given on the day."),
        Field("replies", "comments", "Replies made on the day."),
        Field("reposts", "shares", "Reposts made on the day."),
        Field("shares", "shares", "Times a post was passed on by its share button on the day."),
        Field("create_post", "publications", "Posts published on the day."),
        Field("engagements", "", "All interactions together: their parts are used instead."),
        Field("bookmarks", "", "Posts kept for later, which nobody else sees."),
        Field("new_follows", "", "Accounts gained: a change, while audience is a stock."),
        Field("unfollows", "", "Accounts lost: a change, while audience is a stock."),
        Field("profile_visits", "", "Visits of the profile from anywhere, not clicks on publications."),
        Field("video_views", "", "Views of videos, which begin by themselves."),
        Field("media_views", "", "Views of videos and pictures, which begin by themselves."),
    ),
)
