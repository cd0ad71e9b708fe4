"""The pages: which charts each has, and how it is laid out."""

from __future__ import annotations

from collections.abc import Mapping

from layouts.charts import APPEALS as APPEALS_PATH
from layouts.charts import ATTITUDES as ATTITUDES_PATH
from layouts.charts import CHARTS
from layouts.charts import PERFORMANCE as PERFORMANCE_PATH
from layouts.pages.appeals_list import PATH as LIST_PATH
from layouts.pages.published import PATH as PUBLISHED_PATH
from layouts.view import Page

EXPLORE = Page(
    path="/", title="Explore", heading="What happens when the police ask the public",
    says="Results of police appeals and of engagement with the public, by place, channel, age group and month: maps, "
         "charts, tables and files.",
    charts=tuple(chart.slug for chart in CHARTS if chart.page == "/"),
)

PERFORMANCE = Page(
    path=PERFORMANCE_PATH, title="Performance",
    says="For police leadership: each measure of a force against its limits, its target and other forces, with what is a "
         "signal and what is not.",
    charts=(*(chart.slug for chart in CHARTS if chart.page == PERFORMANCE_PATH), "channel", "age"), kpis=True,
)

APPEALS = Page(
    path=APPEALS_PATH, title="Appeals", heading="What the appeals bring",
    says="What police appeals brought: the outcome ladder, how soon useful information comes, which channels and ages it comes "
         "through, and what the appeals are about.",
    measure="A1", links=((LIST_PATH, "The appeals one by one", True), (PUBLISHED_PATH, "Results that others published", False)),
    charts=("ladder", *(chart.slug for chart in CHARTS if chart.page == APPEALS_PATH)),
)

ATTITUDES = Page(
    path=ATTITUDES_PATH, title="Attitudes", heading="What people say of the police",
    says="What surveys say: who would use which channel, share what and report what, by age, each dated with its question and its "
         "base; confidence through time; London’s boroughs beside the engagement of their accounts.",
    measure="S3", instead=("P7", "E15"), charts=tuple(chart.slug for chart in CHARTS if chart.page == ATTITUDES_PATH),
)

PAGES: tuple[Page, ...] = (
    EXPLORE,
    APPEALS,
    PERFORMANCE,
    ATTITUDES,
    *(Page(path=f"/charts/{chart.slug}", title=chart.title, says=chart.says, charts=(chart.slug,), tables_open=True)
      for chart in CHARTS),
)
"""Pages with filters. A chart's own page follows from its entry in ``CHARTS``."""

PAGE_BY_PATH: Mapping[str, Page] = {page.path: page for page in PAGES}
