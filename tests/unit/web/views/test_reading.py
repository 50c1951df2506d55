"""An article cut into pieces between its marks."""

from __future__ import annotations

from streams.web.views.reading import Changed, Mark, cut, marks_of, show_changes, show_text

MENTION = {
    "highlights": [{"field": "text", "start": 4, "end": 8, "term": "army"}],
    "left_out": [],
    "statements": [
        {"evidence": {"field": "text", "start": 0, "end": 14, "text": ""}, "holder": "Anna", "stance": "joins"}
    ],
}


def test_pieces_put_together_are_the_text() -> None:
    """Nothing is lost or doubled, whatever overlaps; offsets are code points, so emoji shift nothing."""
    text = "Our army 😀 goes.\n\nIt is late."
    marks = [Mark(0, 14, "evidence", "one", 1), Mark(4, 8, "highlight", "army"), Mark(9, 20, "boilerplate", "note")]
    paragraphs = cut(text, marks)
    assert ["Our army 😀 goes.", "It is late."] == ["".join(p.text for p in each.pieces) for each in paragraphs]
    assert ("evidence", "highlight") == paragraphs[0].pieces[1].kinds
    assert [(1,), (), ()] == [piece.begins for piece in paragraphs[0].pieces[:3]]


def test_marks_out_of_bounds_are_left_out() -> None:
    """A record of another text can't break the page."""
    assert ["text"] == [
        piece.text for piece in cut("text", [Mark(2, 99, "highlight", ""), Mark(3, 3, "evidence", "")])[0].pieces
    ]


def test_a_paragraph_of_boilerplate_says_why() -> None:
    """Only where all of it is; part of a paragraph stays in it."""
    marks = marks_of([{"start": 0, "end": 5, "kind": "footer", "reason": "learned"}], None, "text")
    whole, part = cut("Share\nnews", marks), cut("Share this news", marks)
    assert [(True, "footer: learned"), (False, "")] == [(each.is_boilerplate, each.reason) for each in whole]
    assert [False] == [each.is_boilerplate for each in part]


def test_marks_of_one_field_stay_in_it() -> None:
    """What stands in the text is not marked in the title."""
    assert ["highlight", "evidence"] == [mark.kind for mark in marks_of([], MENTION, "text")]
    assert [] == marks_of([], MENTION, "title")


def test_what_turns_text_is_named() -> None:
    """Nothing reads in another order than it stands."""
    assert "a[right-to-left override]b[pop directional formatting]\ufffd" == show_text("a\u202eb\u202c\x1b")


def test_changes_come_with_words_around() -> None:
    """Old, new, before, after; what does not fit the text is left out."""
    changes = [{"start": 4, "end": 7, "old": "old"}, {"start": 90, "end": 99, "old": "x"}]
    assert [Changed("the ", "old", "new", " one")] == show_changes("the new one", changes)
