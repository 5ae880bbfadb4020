"""What is too large is refused before it is read, with what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.test import Client

from jalons.documents.uploads import MOST_BYTES
from jalons.sites.desk.forms_agenda import SheetReturnForm
from jalons.sites.desk.forms_casefile import FileForm
from jalons.sites.desk.forms_leaving import ProofForm
from jalons.sites.desk.forms_signing import PaperSignatureForm
from jalons.sites.frame.sizes import MOST_BODY
from tests.worlds import World


class Unread:
    """A body nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_a_request_larger_than_any_page_takes_is_refused_unread(world: World) -> None:
    client = Client()
    client.force_login(world.caseworker)
    sent = {
        "CONTENT_LENGTH": str(MOST_BODY + 1),
        "wsgi.input": Unread(),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    answer = client.generic("POST", "/rendez-vous/", **sent)
    assert answer.status_code == 413
    assert "choisissez un fichier plus petit" in answer.content.decode()


def test_a_request_with_a_length_that_is_no_number_is_read_as_any(world: World) -> None:
    client = Client()
    client.force_login(world.caseworker)
    assert client.generic("GET", "/", CONTENT_LENGTH="beaucoup").status_code in (200, 302)


@pytest.mark.parametrize(
    ("form", "field"),
    [(SheetReturnForm, "scan"), (FileForm, "file"), (ProofForm, "proof_file"), (PaperSignatureForm, "scan")],
)
def test_a_paper_too_large_is_refused_unread(form: type[forms.Form], field: str) -> None:
    file: UploadedFile[Any] = UploadedFile(Unread(), "scan.pdf", "application/pdf", MOST_BYTES + 1)
    with pytest.raises(forms.ValidationError, match="numérisez en noir et blanc"):
        form.base_fields[field].clean(file)
