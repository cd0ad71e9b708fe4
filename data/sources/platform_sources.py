"""The exports of social platforms and the 999 performance figures, as sources."""

from __future__ import annotations

from functools import partial

from data.sources import meta, nine99, tiktok, x_analytics, youtube
from data.sources.base import Load, Source
from data.sources.platforms import read

_OGL = "Open Government Licence v3.0"
_OF_POSTS = (
    "A publication's figures stand under the month of its publication, whenever they came.",
    "Reach is added up over publications: whoever saw two of them counts twice.",
    "Ages are not told.",
)


def _platform(
    id: str, label: str, *, publisher: str, load: Load, columns: tuple[str, ...], limits: tuple[str, ...] = _OF_POSTS,
    address: str = "",
) -> Source:
    return Source(
        id=id, label=label, publisher=publisher, licence=_OGL, address=address,
        credit=f"Figures of the platform ({publisher}), supplied by the police force named with each figure.",
        cadence="monthly", vintage="", limits=limits, kind="engagement", columns=columns, load=load, origin="uploaded",
    )


PLATFORM_SOURCES: tuple[Source, ...] = (
    _platform(
        "x_activity", "Posts on X, layout until 2024", publisher="X", load=partial(read, layout=x_analytics.ACTIVITY),
        columns=("tweet_id", "tweet_permalink", "time", "impressions", "retweets", "replies", "likes"),
        limits=(_OF_POSTS[0], "X tells no reach and no ages.", "Paid promotion is left out.")),
    _platform(
        "x_content", "Posts on X, layout since 2024", publisher="X", load=partial(read, layout=x_analytics.CONTENT),
        columns=("post_id", "date", "post_link", "impressions", "likes", "replies", "reposts"),
        limits=(_OF_POSTS[0], "X tells no reach and no ages.", "Days are those of the export, without a time.")),
    _platform(
        "x_overview", "Account on X by day", publisher="X", load=partial(read, layout=x_analytics.OVERVIEW),
        columns=("date", "impressions", "likes", "replies", "reposts", "unfollows", "create_post"),
        limits=("Figures stand under the day on which they came, whenever the post was published.",
                "X tells no reach and no ages, and by day no clicks.")),
    _platform(
        "facebook_content", "Publications on Facebook", publisher="Meta", load=partial(read, layout=meta.FACEBOOK),
        columns=("post_id", "page_id", "page_name", "publish_time", "reactions", "comments", "shares"),
        limits=(*_OF_POSTS, "Since 2025 views stand in place of impressions: draw no trend across it.")),
    _platform(
        "instagram_content", "Publications on Instagram", publisher="Meta", load=partial(read, layout=meta.INSTAGRAM),
        columns=("post_id", "account_id", "account_username", "publish_time", "likes", "comments", "shares"),
        limits=(*_OF_POSTS, "Since 2025 views stand in place of impressions: draw no trend across it.")),
    _platform(
        "facebook_post_insights", "Publications on Facebook, older Page Insights", publisher="Meta",
        load=meta.load_post_insights, columns=("lifetime_post_total_reach", "lifetime_post_total_impressions"),
        limits=(*_OF_POSTS, "Paid reach and impressions are included.")),
    _platform(
        "facebook_page_insights", "Facebook page by day, older Page Insights", publisher="Meta",
        load=meta.load_page_insights, columns=("date", "lifetime_total_likes"),
        limits=("Audience is the accounts that like the page on the last day of a month.",
                "Reach by day cannot be added and is left out.")),
    _platform(
        "youtube_content", "Videos on YouTube", publisher="Google", load=youtube.load,
        columns=("content", "video_title", "video_publish_time"),
        limits=("Figures are of the days chosen at export and stand under the month in which a video was published.",
                "Impressions are thumbnails shown on YouTube; views elsewhere are not among them.",
                "Reach and ages are not told.", "At most 500 videos are listed.")),
    _platform(
        "tiktok_overview", "Account on TikTok by day", publisher="TikTok", load=tiktok.load,
        columns=("date", "video_views", "profile_views", "likes", "comments", "shares"),
        limits=("Days come without a year: the force tells it.", "A number below 0 is a correction.",
                "Impressions are starts of a video; reach, ages and the number of publications are not told.")),
    Source(
        id="performance_999", label="999 performance by force and month", publisher="police.uk", licence=_OGL,
        credit="Contains 999 performance data from police.uk licensed under the Open Government Licence v3.0.",
        address="https://www.police.uk", cadence="monthly, one month in arrears", vintage="",
        limits=("The series begins in November 2021.",
                "The layout is known from its description; no file of the publisher has been seen.",
                "A mean of times says nothing of the longest waits."),
        kind="contact", columns=nine99.COLUMNS, load=nine99.load, kept_for=nine99.KEPT_FOR,
    ),
)
