"""The selection: equal to its canonical query string, and every refusal names its field."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.areas import AREAS, FORCES
from data.errors import SelectionError
from data.measures import DEFAULT_MEASURE, MEASURES
from data.model import CHANNEL, DIMENSIONS
from data.selection import EMPTY, KEYS, MAX_QUERY, MAX_VALUES, MULTIPLE, SINGLE, Selection, read

ORDER = ("measure", "area", "channel", "age_group", "crime_type", "category", "from", "to", "grain", "compare",
         "rebase", "origin", "release")
months = st.builds(lambda year, month: f"{year:04d}-{month:02d}", st.integers(1900, 2199), st.integers(1, 12))
spans = st.tuples(months, months).map(sorted)


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=6)


def members(key: str) -> st.SearchStrategy[list[str]]:
    """Any members of a dimension, narrow and wide, also all of them, in any order and repeated."""
    ids = list(DIMENSIONS[key].by_id)
    return st.one_of(some(ids), st.permutations(ids))


queries = st.fixed_dictionaries(
    {},
    optional={
        "measure": st.sampled_from([measure.id for measure in MEASURES if not measure.context]),
        "area": some(list(AREAS)),
        **{key: members(key) for key in MULTIPLE if key != "area"},
        "span": spans,
        "grain": st.sampled_from(["month", "quarter", "year", "rolling_year"]),
        "compare": st.sampled_from(list(AREAS)),
        "origin": st.just("published"),
        "release": st.just("2026-11-23-0123456789ab"),
    },
)


def flat(query: dict[str, object]) -> dict[str, object]:
    span = query.pop("span", None)
    return query if span is None else {**query, "from": span[0], "to": span[1]}  # type: ignore[index]


@given(queries.map(flat))
@settings(max_examples=300, deadline=None)
def test_reading_the_query_string_of_a_selection_gives_the_selection(query: dict[str, object]) -> None:
    selection = read(query)  # type: ignore[arg-type]
    text = selection.query_string()
    again = read(parse_qs(text, strict_parsing=bool(text)))
    assert again == selection
    assert again.query_string() == text
    keys = [key for key, _ in selection.pairs()]
    assert keys == sorted(keys, key=ORDER.index)
    assert selection.measure != DEFAULT_MEASURE
    assert text.isascii()


@given(st.data(), st.sampled_from([key for key in MULTIPLE if key != "area"]))
@settings(max_examples=150, deadline=None)
def test_choice_means_the_same_members_in_whatever_words_and_order_it_came(data: st.DataObject, key: str) -> None:
    chosen = data.draw(members(key))
    dimension = DIMENSIONS[key]
    canonical = read({key: chosen}).get(key)
    narrow = {part for member in chosen for part in dimension.narrow(member)}
    kept = [part for member in canonical for part in dimension.narrow(member)]
    assert len(kept) == len(set(kept)), "a member is chosen twice"
    assert set(kept) == narrow or (not canonical and narrow in (set(), {member.id for member in dimension.members}))
    spelt_out = data.draw(st.permutations(sorted(narrow)))
    assert read({key: spelt_out}).get(key) == canonical


def test_keys_stand_in_the_contract_s_order() -> None:
    assert KEYS == ORDER and set(KEYS) == set(MULTIPLE) | set(SINGLE)


def test_query_string_is_the_one_of_the_contract() -> None:
    query = {
        "to": "2026-03", "channel": ["x", "facebook", "press"], "area": ["Surrey", "E23000001", "surrey police"],
        "measure": "A2", "from": "2025-01", "age_group": "65+", "grain": "quarter", "compare": "England and Wales",
        "origin": "published", "crime_type": "theft from the person",
    }
    assert read(query).query_string() == (
        "measure=A2&area=E23000001&area=E23000031&channel=x&channel=facebook&channel=press&age_group=65%2B"
        "&crime_type=theft%20from%20the%20person&from=2025-01&to=2026-03&grain=quarter&compare=K04000001"
        "&origin=published"
    )


def test_whole_groups_are_named_by_their_group_and_everything_by_nothing() -> None:
    assert read({"channel": list(CHANNEL.by_id["social"].parts)}).channel == ("social",)
    assert read({"channel": ["social", "x", "poster_in_person"]}).channel == ("social", "in_person")
    assert read({"channel": [member.id for member in CHANNEL.members]}) == EMPTY
    assert read({"channel": [group.id for group in CHANNEL.groups]}) == EMPTY


def test_defaults_and_empty_values_are_left_out() -> None:
    assert read({}) == read({"measure": DEFAULT_MEASURE}) == read({"area": "", "from": "", "channel": [""]}) == EMPTY
    assert EMPTY.query_string() == "" and EMPTY.address("/") == "/"
    assert Selection(area=("E23000031",)).address("/charts/map") == "/charts/map?area=E23000031"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"measure": "Z9"}, "measure"),
        ({"measure": "N1"}, "measure"),
        ({"measure": "e4"}, "measure"),
        ({"measure": ["A1", "A2"]}, "measure"),
        ({"measure": ["A1", "A1"]}, "measure"),
        ({"area": "Atlantis"}, "area"),
        ({"area": ["E23000031", "E99999999"]}, "area"),
        ({"channel": "telegram"}, "channel"),
        ({"channel": "all"}, "channel"),
        ({"channel": "X"}, "channel"),
        ({"age_group": "18-25"}, "age_group"),
        ({"age_group": "0-15"}, "age_group"),
        ({"crime_type": "arson"}, "crime_type"),
        ({"category": "nothing"}, "category"),
        ({"from": "2025"}, "from"),
        ({"from": "2025-13"}, "from"),
        ({"from": "2025-00"}, "from"),
        ({"from": "2025-01-01"}, "from"),
        ({"from": " 2025-01"}, "from"),
        ({"from": "2025-01\n"}, "from"),
        ({"from": "1899-12"}, "from"),
        ({"to": "2200-01"}, "to"),
        ({"to": "99999-01"}, "to"),
        ({"to": "\u0662\u0660\u0662\u0665-01"}, "to"),
        ({"to": "\uff12\uff10\uff12\uff15-01"}, "to"),
        ({"from": "2025-02", "to": "2025-01"}, "from"),
        ({"from": "2199-12", "to": "1900-01"}, "from"),
        ({"from": ["2025-01", "2025-02"]}, "from"),
        ({"grain": "week"}, "grain"),
        ({"compare": "nowhere"}, "compare"),
        ({"compare": ["E23000031", "E23000032"]}, "compare"),
        ({"origin": "illustrative"}, "origin"),
        ({"release": "../../etc/passwd"}, "release"),
        ({"release": "2026-11-23-XYZ"}, "release"),
        ({"release": "\u0662\u0660\u0662\u0666-11-23-0123456789ab"}, "release"),
        ({"colour": "red"}, "colour"),
        ({"": "x"}, ""),
        ({"Area": "E23000031"}, "Area"),
        ({"from_": "2025-01"}, "from_"),
        ({"channel": ["x"] * (MAX_VALUES + 1)}, "channel"),
    ],
)
def test_every_refusal_names_its_field_in_plain_words(query: dict[str, str | list[str]], field: str) -> None:
    with pytest.raises(SelectionError) as refused:
        read(query)
    assert refused.value.field == field
    assert str(refused.value).endswith(".") and len(str(refused.value)) < 300


@given(st.text(min_size=1, max_size=3000), st.sampled_from([*KEYS, "colour"]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_with_a_short_printable_message(text: str, key: str) -> None:
    for query in ({key: text}, {key: [text, "\x00\u202e" + text]}, {text: "x"}):
        try:
            selection = read(query)
        except SelectionError as refused:
            assert len(str(refused)) < 400 and str(refused).isprintable()
            assert len(refused.field) <= 60 and len(refused.value) <= 60 and refused.value.isprintable()
        else:
            assert read(parse_qs(selection.query_string())) == selection


def test_range_as_wide_as_can_be_is_read_as_it_stands() -> None:
    selection = read({"from": "1900-01", "to": "2199-12"})
    assert (selection.from_, selection.to) == ("1900-01", "2199-12")
    assert read({"from": "2025-01", "to": "2025-01"}).query_string() == "from=2025-01&to=2025-01"


def test_longest_choice_of_forces_and_members_fits_into_an_address() -> None:
    every = {key: [member.id for member in DIMENSIONS[key].members][:-1] for key in MULTIPLE if key != "area"}
    selection = read({**every, "area": list(FORCES), "from": "2025-01", "to": "2025-02", "compare": "K04000001",
                      "measure": "B2", "grain": "rolling_year", "origin": "published"})
    assert len(selection.query_string()) < MAX_QUERY
    assert read(parse_qs(selection.query_string())) == selection


def test_names_of_places_are_read_without_case_and_punctuation() -> None:
    for name in ("Devon & Cornwall", "devon and cornwall", "DEVON AND CORNWALL POLICE", "devon-and-cornwall"):
        assert read({"area": name}).area == ("E23000035",)
    assert read({"compare": "england AND wales"}).compare == "K04000001"


def test_routes_may_declare_keys_of_their_own() -> None:
    assert read({"theme": "dark", "measure": "A1"}, extra=("theme",)).measure == "A1"
    with pytest.raises(SelectionError):
        read({"theme": "dark"}, extra=("width",))


def test_leaving_out_keys_leaves_the_others() -> None:
    selection = read({"area": "Surrey", "from": "2025-01", "channel": "x", "compare": "Kent"})
    assert selection.without("from", "area").query_string() == "channel=x&compare=E23000032"
    assert selection.without() == selection
