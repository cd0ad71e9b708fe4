"""Meta: content of Facebook pages and Instagram accounts, and the older Page Insights by post and by day.

Times are written in US order and Pacific time; the month is that of London. A publication's figures stand
under the month of its publication, whenever they came. Reach is accounts that saw one publication: over
several it is a sum in which whoever saw two counts twice.
"""

from __future__ import annotations

import re
from dataclasses import replace

from data.cells import Terms
from data.errors import Defect, Report, SourceError
from data.sources.base import Loaded, Source
from data.sources.platforms import Field, Layout, read, us_day, us_time, without_row
from data.sources.reading import Table

_TEXTS = ("title", "description", "duration_sec", "caption_type", "is_crosspost", "is_share", "post_type", "languages",
          "custom_labels", "funded_content_status", "data_comment")

FACEBOOK = Layout(
    channel="facebook", time="publish_time", read_time=us_time, identity="post_id", link="permalink",
    accounts=("page_name", "page_id"), totals=(("date", "lifetime"),), unread=_TEXTS,
    fields=(
        Field("views", "impressions", "Times the publication was shown or played; since 2025 in place of impressions."),
        Field("impressions", "impressions", "Times the publication was on a screen, until 2025."),
        Field("reach", "reach", "Accounts that saw the publication at least once."),
        Field("reactions", "reactions", "Likes and the other reactions."),
        Field("comments", "comments", "Comments on the publication."),
        Field("shares", "shares", "Times the publication was shared."),
        Field("total_clicks", "clicks", "Clicks anywhere on the publication: on links, pictures and all else."),
        Field("reactions_comments_and_shares", "", "Their sum: its parts are used instead."),
        Field("link_clicks", "", "In total clicks already."),
        Field("other_clicks", "", "In total clicks already."),
        Field("matched_audience_targeting_consumption_photo_click", "", "In total clicks already."),
        Field("matched_audience_targeting_consumption_video_click", "", "In total clicks already."),
        Field("negative_feedback_from_users_hide_all", "", "Accounts that hid the page: no reaction to show."),
        Field("negative_feedback_from_users_hide", "", "Accounts that hid the publication: no reaction to show."),
        Field("seconds_viewed", "", "Time watched."),
        Field("average_seconds_viewed", "", "Time watched: a mean cannot be added."),
        Field("estimated_earnings_usd", "", "Money."),
        Field("ad_cpm_usd", "", "Money."),
        Field("ad_impressions", "", "Of advertisements beside the publication."),
    ),
)
INSTAGRAM = Layout(
    channel="instagram", time="publish_time", read_time=us_time, identity="post_id", link="permalink",
    accounts=("account_username", "account_name", "account_id"), totals=(("date", "lifetime"),), unread=_TEXTS,
    fields=(
        Field("views", "impressions", "Times the publication was shown or played; since 2025 in place of impressions."),
        Field("impressions", "impressions", "Times the publication was on a screen, until 2025."),
        Field("reach", "reach", "Accounts that saw the publication at least once."),
        Field("likes", "reactions", "Likes of the publication."),
        Field("comments", "comments", "Comments on the publication."),
        Field("shares", "shares", "Times the publication was shared."),
        Field("saves", "", "Publications kept for later, which nobody else sees."),
        Field("follows", "", "Accounts gained by the publication: a change, while audience is a stock."),
    ),
)
POST_INSIGHTS = Layout(
    channel="facebook", time="posted", read_time=us_time, identity="post_id", link="permalink",
    unread=("post_message", "type", "countries", "languages", "audience_targeting"),
    fields=(
        Field("lifetime_post_total_reach", "reach", "Accounts that saw the publication at least once, paid or not."),
        Field("lifetime_post_total_impressions", "impressions", "Times the publication was on a screen, paid or not."),
        Field("lifetime_post_consumptions", "clicks", "Clicks anywhere on the publication."),
        Field("like", "reactions", "Likes of the publication."),
        Field("comment", "comments", "Comments on the publication."),
        Field("share", "shares", "Times the publication was shared."),
        *(Field(name, "", "A part of the reach or the impressions.") for name in (
            "lifetime_post_organic_reach", "lifetime_post_paid_reach", "lifetime_post_organic_impressions",
            "lifetime_post_paid_impressions", "lifetime_post_impressions_by_people_who_have_liked_your_page",
            "lifetime_post_reach_by_people_who_like_your_page")),
        *(Field(name, "", "Accounts, not interactions.") for name in (
            "lifetime_engaged_users", "lifetime_post_consumers",
            "lifetime_people_who_have_liked_your_page_and_engaged_with_your_post")),
        Field("lifetime_negative_feedback", "", "Accounts that hid or reported it: no reaction to show."),
        Field("total_interactions", "", "Their sum: its parts are used instead."),
    ),
)
PAGE_INSIGHTS = Layout(
    channel="facebook", time="date", read_time=us_day, each="day",
    fields=(
        Field("lifetime_total_likes", "audience", "Accounts that like the page at the end of the day: the last day's stands."),
        Field("daily_total_impressions", "impressions", "Times anything of the page was on a screen on the day."),
        Field("daily_page_consumptions", "clicks", "Clicks anywhere on what the page published, on the day."),
        *(Field(f"{term}_total_reach", "", "Accounts reached in these days: whoever came back counts again.")
          for term in ("daily", "weekly", "28_days")),
        *(Field(f"{term}_total_impressions", "", "Days that overlap cannot be added.") for term in ("weekly", "28_days")),
        *(Field(f"{term}_page_engaged_users", "", "Accounts, not interactions.") for term in ("daily", "weekly", "28_days")),
        Field("daily_new_likes", "", "Accounts gained: a change, while audience is a stock."),
        Field("daily_unlikes", "", "Accounts lost: a change, while audience is a stock."),
    ),
)


def load_post_insights(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Read Page Insights by post. Raises ``SourceError`` where the file does not tell when its posts were published."""
    if "posted" not in table.names:
        rule = "The file does not tell when its posts were published: the column 'Posted' is missing."
        mend = ("Export the posts of the page again, with all columns, from the platform itself; a month without its "
                "year cannot be placed.")
        defect = Defect(file=table.file, line=1, column="Posted", rule=rule, mend=mend, rows=0)
        raise SourceError(f"{table.file}: {rule} {mend}", defects=(defect,))
    return _without_second_heading(table, layout=POST_INSIGHTS, source=source, terms=terms)


def load_page_insights(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Read Page Insights by day."""
    return _without_second_heading(table, layout=PAGE_INSIGHTS, source=source, terms=terms)


def _without_second_heading(table: Table, *, layout: Layout, source: Source, terms: Terms) -> Loaded:
    """Read a file whose second row explains its headings: it has no date, and says so in words."""
    second = len(table.lines) and not str(table.column(layout.time)[0]).strip() and any(
        re.match(r"(Lifetime|Daily|Weekly|28 Days)\b.*:", str(table.column(name)[0]).strip()) for name in table.names)
    if not second:
        return read(table, layout=layout, source=source, terms=terms)
    file = read(without_row(table, place=0), layout=layout, source=source, terms=terms)
    note = Defect(file=table.file, line=int(table.lines[0]), severity="note", rows=0,
                  rule="The second row explains the headings and is no row of figures.", mend="Nothing to do.")
    report: Report = replace(file.report, defects=(note, *file.report.defects))
    return replace(file, report=report)
