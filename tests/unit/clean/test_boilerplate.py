"""Boilerplate: what is marked, and the news that must not be."""

from __future__ import annotations

import time

import pytest

from streams.clean.boilerplate import find_boilerplate, without_spans

NEWS = "The army stays in its barracks, the ministry said on Thursday in the capital."


def marked(text: str, outlet: str = "gazette.example") -> list[tuple[str, str]]:
    return [(span["kind"], text[span["start"] : span["end"]]) for span in find_boilerplate(text, outlet)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Read more", "read-more"),
        ("Continue reading…", "read-more"),
        ("Читать далее", "read-more"),
        ("Czytaj więcej", "read-more"),
        ("The post Army stays appeared first on Gazette.", "read-more"),
        ("Related: Minister resigns over barracks", "related"),
        ("Read more: Minister says that barracks close", "related"),
        ("Читайте также: Министр ушёл в отставку", "related"),
        ("Lire aussi : le ministre démissionne", "related"),
        ("Share this article", "share"),
        ("Follow us on Twitter @gazette", "share"),
        ("Facebook Twitter WhatsApp Email", "share"),
        ("Sign up for our daily newsletter", "newsletter"),
        ("Подпишитесь на нашу рассылку", "newsletter"),
        ("We use cookies to improve your experience.", "cookie"),
        ("Diese Website verwendet Cookies.", "cookie"),
        ("© 2023 The Gazette. All rights reserved.", "copyright"),
        ("Все права защищены.", "copyright"),
        ("Photo: Jane Roe / Getty Images", "photo-credit"),
        ("Jane Roe/AFP", "photo-credit"),
        ("To continue reading, subscribe or log in.", "subscription"),
        ("Already a subscriber? Log in", "subscription"),
        ("Advertisement", "ad"),
        ("REKLAMA", "ad"),
        ("Please consider making a donation to keep us going.", "donation"),
        ("Поддержите нас: оформите пожертвование.", "donation"),
        ("Підтримайте нашу редакцію!", "donation"),
        ("Wesprzyj naszą redakcję", "donation"),
        ("Unterstützen Sie unabhängigen Journalismus!", "donation"),
        ("Soutenez une presse libre", "donation"),
    ],
)
def test_marks_furniture(line: str, kind: str) -> None:
    """A line of furniture between paragraphs is marked from end to end, the paragraphs are not."""
    assert [(kind, line)] == marked(f"{NEWS}\n\n{line}\n\n{NEWS}")


@pytest.mark.parametrize(
    "line",
    [
        "The charity asked people to make a donation to the refugees on Thursday.",
        '"We need your support," the president told Congress. "We need your help."',
        "The EU will support independent journalism in Belarus with ten million euros.",
        "Donations to the party doubled, and quality journalism costs money.",
        "We use cookies from the local bakery, said the baker.",
        "The regulator fined the company because its website uses cookies without consent.",
        "Her newsletter has two million readers and reaches every inbox in the capital.",
        "Readers who sign up for the newsletter get spam, the ministry said.",
        "Related companies paid no tax in 2022.",
        "Share prices fell as advertising revenue shrank.",
        "Advertisement spending rose by three per cent.",
        "Copyright law protects all rights reserved to authors, the court said.",
        "The photo shows the minister in Brest.",
        "He asked the crowd to read more books and to subscribe to nothing.",
        "Reuters and AFP reported fighting near the border.",
        "Читать далее этот договор никто не стал.",
        "Help the army, the minister says",
        "Support for the war is falling!",
        "Поддержите нас, призвал Зеленский, заявил его пресс-секретарь.",
    ],
)
def test_leaves_news_alone(line: str) -> None:
    """News about donations, cookies, newsletters and pictures is news."""
    assert [] == marked(f"{line}\n\n{NEWS}\n\n{line}")


def test_appeal_is_one_block_that_news_ends() -> None:
    """Paragraphs that go on with an appeal belong to it; the next paragraph of news does not."""
    appeal = (
        "We have a small favor to ask.\n\nOur journalism is free for all.\n\nYour support makes a world of difference."
    )
    assert [("donation", appeal)] == marked(f"{NEWS}\n\n{appeal}\n\n{NEWS}")


def test_banner_names_the_outlet() -> None:
    """'Support X' at the top is a banner if X is the outlet, and news if not."""
    assert [("donation", "Support The Gazette!")] == marked(f"Support The Gazette!\n\n{NEWS}", "thegazette.example")
    assert [] == marked(f"Support The Troops!\n\n{NEWS}", "thegazette.example")


def test_link_at_the_end_of_a_paragraph() -> None:
    """A read-more link at the end of a snippet is marked alone."""
    assert [("read-more", "Read more...")] == marked(f"{NEWS} Read more...")


def test_offsets_hold_where_lower_case_is_longer() -> None:
    """The capital İ, whose lower case has two code points, moves nothing."""
    assert [("ad", "Advertisement")] == marked(f"İİİ {NEWS}\nAdvertisement\n{NEWS}")


def test_spans_are_reversible() -> None:
    """Cutting the spans leaves exactly the rest."""
    text = f"{NEWS}\nRead more\n{NEWS}"
    assert f"{NEWS}\n\n{NEWS}" == without_spans(text, find_boilerplate(text))


@pytest.mark.parametrize(
    "text",
    [
        "read more " * 100_000,
        "Read more\n" * 100_000,
        "our journalism\n" * 70_000,
        "\n" * 1_000_000,
        "sign up " * 125_000,
        ("sign up for " + "newslette " * 28 + "\n") * 3000,
        ("photo: " + "a/" * 140 + "\n") * 3000,
        '"' * 500_000 + "small favor to ask",
        "support " + " " * 500_000,
    ],
)
def test_hostile_text_is_linear(text: str) -> None:
    """A megabyte built against the patterns takes bounded work."""
    started = time.process_time()
    find_boilerplate(text)
    assert time.process_time() - started < 10
