"""Vectors of a server: right ones in any order, kept by content, and one clear line for whatever else a server does."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from servers.scripted import DIMENSIONS, chunked, drip, drop, embeddings, flood, half, serving, stall, vector_of

from bench.core.errors import BenchError
from bench.systems.embedders.base import AnyEmbedder
from bench.systems.features.embedding import Embedding
from bench.systems.servers import ServerError

TEXTS = ["考核评价干部", "社区义诊活动", "深化改革开放", "", "AI+ 版面", "\ud83d 半个", "长" * 3000, "完善制度"]
KEY = "sk-very-secret-3141"


def _backend(server, **values):
    url = server if isinstance(server, str) else server.base_url
    value = {"kind": "openai", "base_url": url, "model": "m", "batch_size": 2, "timeout": 5, **values}
    return TypeAdapter(AnyEmbedder).validate_python(value)


def _expected(texts):
    return np.stack([vector_of(text) for text in texts])


def _error(backend, texts=("版面",)):
    with pytest.raises(BenchError) as caught:
        backend.encode(list(texts))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_vectors_come_in_the_order_of_the_texts_whatever_the_order_of_answers(vectors):
    vectors.script = [lambda handler, body: (time.sleep(0.1), handler.send(200, embeddings(body)))[1]]
    np.testing.assert_array_equal(_backend(vectors).encode(TEXTS), _expected(TEXTS))
    assert [len(request["input"]) for request in vectors.requests] == [2] * 4
    assert set(vectors.paths) == {"/v1/embeddings"}


def test_entries_are_put_where_their_index_says(vectors):
    def shuffled(body):
        answer = embeddings(body)
        return {**answer, "data": answer["data"][::-1]}

    vectors.answer = shuffled
    np.testing.assert_array_equal(_backend(vectors).encode(TEXTS), _expected(TEXTS))


def test_vectors_in_base64_are_read_too(vectors):
    def coded(body):
        answer = embeddings(body)
        for each, text in zip(answer["data"], body["input"], strict=True):
            each["embedding"] = base64.b64encode(vector_of(text).astype("<f4").tobytes()).decode()
        return answer

    vectors.answer = coded
    np.testing.assert_array_equal(_backend(vectors).encode(TEXTS), _expected(TEXTS))


def test_so_many_requests_are_under_way_at_once_and_no_more(vectors):
    vectors.pause = 0.1
    _backend(vectors, batch_size=1, concurrency=3).encode([f"文 {at}" for at in range(12)])
    assert vectors.most_at_once == 3


def test_settings_reach_the_request(vectors):
    backend = _backend(
        vectors, prompt="query: ", max_characters=3, dimensions=DIMENSIONS, extra_body={"truncate_prompt_tokens": 8}
    )
    backend.encode(["考核评价干部"])
    assert vectors.requests == [
        {
            "truncate_prompt_tokens": 8,
            "model": "m",
            "input": ["query: 考核评"],
            "encoding_format": "float",
            "dimensions": DIMENSIONS,
        }
    ]


PASSING = {
    "429 with seconds": (429, {"error": {"message": "slow down"}}, {"Retry-After": "0"}),
    "429 with a date that is past": (429, b"", {"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}),
    "429 without a word": (429, b""),
    "500": (500, {"error": "out of memory"}),
    "503 of a proxy": (503, b"<html>busy</html>"),
    "a dropped connection": drop,
    "half an answer": half,
    "a stall": stall(0.6),
    "an answer by drops": drip(0.6),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_may_be_over_is_tried_again(vectors, fault):
    vectors.script = [fault, fault, None, fault]
    backend = _backend(vectors, timeout=0.4, retries=3, concurrency=1)
    np.testing.assert_array_equal(backend.encode(TEXTS), _expected(TEXTS))
    assert len(vectors.requests) == 4 + 3


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_stays_is_one_line_that_says_how_often_it_was_tried(vectors, fault):
    vectors.script = [fault] * 10
    told = _error(_backend(vectors, timeout=0.2, retries=2))
    assert told.startswith(f"{vectors.base_url}/embeddings: ")
    assert told.endswith("; sent 3 times")


def test_retry_after_is_waited_for(vectors):
    vectors.script = [(429, b"", {"Retry-After": "1"})]
    start = time.monotonic()
    _backend(vectors).encode(["版面"])
    assert time.monotonic() - start >= 1


def test_a_server_that_asks_for_an_hour_is_not_waited_for(vectors):
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for asked in ("3600", later):
        vectors.script = [(429, {"error": {"message": "quota"}}, {"Retry-After": asked})]
        told = _error(_backend(vectors))
        assert "answers 429" in told
        assert "asks to wait 3" in told
        assert "'quota'" in told


def _answer(change):
    """A right answer to one text, changed."""
    answer = embeddings({"input": ["版面"]})
    change(answer)
    return answer


FINAL = {
    "no such route": ((404, {"error": {"message": "unknown route"}}), "answers 404 Not Found: 'unknown route'"),
    "a text too long": ((400, {"message": "input is too long"}), "answers 400 Bad Request: 'input is too long'"),
    "terminal codes": ((400, b"\x1b[31mred\xff\n\x00"), r"\x1b[31mred"),
    "a page of an error": ((413, b"<html>" + b"x" * 100_000), "xxx…xxx"),
    "a redirect": (
        (307, b"", {"Location": "http://elsewhere.example/v1"}),
        "sends on to 'http://elsewhere.example/v1'",
    ),
    "a redirect at home": ((301, b"", {"Location": "/v2/embeddings"}), "sends on to '/v2/embeddings'"),
    "no content": ((204, b""), "answers 204"),
    "no JSON": ((200, b"<html>hello</html>"), "answers no JSON that can be read"),
    "nothing": ((200, b""), "answers no JSON that can be read"),
    "not UTF-8": ((200, b'{"data": "\xff"}'), "not UTF-8"),
    "NaN": ((200, b'{"data": [{"index": 0, "embedding": [NaN]}]}'), "NaN is no JSON"),
    "Infinity": ((200, b'{"data": [{"index": 0, "embedding": [-Infinity]}]}'), "-Infinity is no JSON"),
    "1e999": ((200, b'{"data": [{"index": 0, "embedding": [1e999]}]}'), "1e999 is too large a number"),
    "more than float32 holds": ((200, _answer(lambda a: a["data"][0]["embedding"].append(1e39))), "not finite"),
    "a huge integer": ((200, _answer(lambda a: a["data"][0]["embedding"].append(10**400))), "not finite"),
    "nested without end": ((200, b"[" * 100_000), "answers no JSON that can be read"),
    "a list": ((200, []), "'data' has no list for 1 texts"),
    "too few": ((200, _answer(lambda a: a["data"].clear())), "'data' has 0 entries for 1 texts"),
    "too many": ((200, _answer(lambda a: a["data"].append(a["data"][0]))), "'data' has 2 entries for 1 texts"),
    "no index": ((200, _answer(lambda a: a["data"][0].pop("index"))), "'index' is None"),
    "an index past the end": ((200, _answer(lambda a: a["data"][0].update(index=1))), "'index' is 1"),
    "an index that is a boolean": ((200, _answer(lambda a: a["data"][0].update(index=False))), "'index' is False"),
    "no vector": ((200, _answer(lambda a: a["data"][0].update(embedding=None))), "'embedding' is None"),
    "an empty vector": ((200, _answer(lambda a: a["data"][0].update(embedding=[]))), "'embedding' is []"),
    "words": ((200, _answer(lambda a: a["data"][0].update(embedding=["1"]))), "'embedding' is ['1']"),
    "booleans": ((200, _answer(lambda a: a["data"][0].update(embedding=[True]))), "'embedding' is [True]"),
    "bad base64": ((200, _answer(lambda a: a["data"][0].update(embedding="%%"))), "'embedding' is '%%'"),
    "half a number": ((200, _answer(lambda a: a["data"][0].update(embedding="AAA="))), "'embedding' is 'AAA='"),
    "NaN in base64": ((200, _answer(lambda a: a["data"][0].update(embedding="AADAfw=="))), "not finite"),
    "more than can be": (flood, "answers with more than"),
    "chunks of nonsense": (chunked(b"]["), "answers no JSON that can be read"),
}


@pytest.mark.parametrize(("fault", "said"), FINAL.values(), ids=FINAL)
def test_whatever_else_a_server_does_is_one_line_at_once(vectors, monkeypatch, fault, said):
    monkeypatch.setattr("bench.systems.embedders.openai._MOST_BYTES_A_TEXT", 1 << 18)
    vectors.script = [fault]
    told = _error(_backend(vectors))
    assert told.startswith(f"{vectors.base_url}/embeddings: ")
    assert said in told
    assert len(told) < 600
    assert told.isprintable()
    assert len(vectors.requests) == 1


def test_a_redirect_to_another_host_gets_no_text(vectors):
    with serving(embeddings) as other:
        vectors.script = [(307, b"", {"Location": f"{other.base_url}/embeddings"})]
        assert "texts go to the address alone that the experiment names" in _error(_backend(vectors))
        assert other.requests == []


def test_vectors_of_two_lengths_are_refused_in_one_request_and_between_requests(vectors):
    vectors.script = [None, lambda handler, body: handler.send(200, embeddings(body, dimensions=4))]
    assert "a vector has 4 dimensions, another one 5" in _error(_backend(vectors, concurrency=1), TEXTS[:4])

    def ragged(body):
        answer = embeddings(body)
        answer["data"][1]["embedding"].pop()
        return answer

    vectors.answer = ragged
    assert "dimensions, another one" in _error(_backend(vectors, prompt="anew "), TEXTS[:2])


def test_fewer_dimensions_than_asked_for_are_refused(vectors):
    assert "has 5 dimensions where 3 were asked for" in _error(_backend(vectors, dimensions=3))


def test_a_server_whose_model_changes_is_refused_beside_kept_vectors(vectors):
    backend = _backend(vectors)
    Embedding(backend).encode(TEXTS[:2])
    vectors.answer = lambda body: embeddings(body, model="vectors-2")
    with pytest.raises(ServerError, match=r"by the model 'vectors-2', where kept vectors of it are by 'vectors-1'"):
        Embedding(backend).encode(TEXTS)


def test_a_text_is_asked_for_once_and_then_read_from_the_store_without_the_server():
    with serving(embeddings) as vectors:
        backend = _backend(vectors)
        first = Embedding(backend, normalised=False).encode([*TEXTS, *TEXTS])
        assert sorted(text for request in vectors.requests for text in request["input"]) == sorted(TEXTS)
        assert first.served[0].sent == 4
    again = Embedding(backend, normalised=False).encode(TEXTS[::-1])
    np.testing.assert_array_equal(again.values, first.values[: len(TEXTS)][::-1])
    assert again.served[0].sent == 0
    assert again.served[0].reported == ["vectors-1"]
    assert Embedding(backend).encoding_seconds(TEXTS)[0] > 0


def test_what_was_answered_before_a_failure_is_not_asked_for_again(vectors, monkeypatch):
    monkeypatch.setattr("bench.systems.embedders.openai.OpenAISettings.chunk_texts", 2)
    vectors.script = [None, None, (400, {"message": "no"})]
    with pytest.raises(ServerError):
        Embedding(_backend(vectors)).encode(TEXTS)
    done = len(vectors.requests)
    Embedding(_backend(vectors)).encode(TEXTS)
    assert len(vectors.requests) == done + 2


def test_vectors_are_kept_by_what_they_hang_on_and_by_nothing_else(vectors):
    one = _backend(vectors).identity()
    same = {"batch_size": 7, "timeout": 9, "retries": 1, "concurrency": 2, "api_key_env": "SOME_KEY"}
    assert {_backend(vectors, **{name: value}).identity() for name, value in same.items()} == {one}
    other = {"model": "n", "prompt": "x", "dimensions": 2, "max_characters": 3, "extra_body": {"a": 1}}
    others = [_backend(vectors, **{name: value}).identity() for name, value in other.items()]
    others.append(_backend("http://127.0.0.1:9/v1").identity())
    assert len({one, *others}) == len(other) + 2


def test_the_key_is_sent_and_stands_nowhere_else(vectors, monkeypatch, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("MY_KEY", KEY)
    backend = _backend(vectors, api_key_env="MY_KEY")
    Embedding(backend).encode(TEXTS)
    assert {headers["Authorization"] for headers in vectors.headers} == {f"Bearer {KEY}"}
    vectors.script = [(401, {"error": {"message": f"Incorrect key {KEY}\u001b[0m"}})]
    told = _error(backend, ["新"])
    assert told.endswith("; is the key in MY_KEY right?")
    echo = {**embeddings({"input": ["又新"]}), "model": KEY}
    vectors.script = [(302, b"", {"Location": f"http://x/{KEY}"}), (200, echo)]
    told += _error(backend, ["又新"]) + _error(backend, ["又新"])
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    dumped = backend.model_dump_json() + repr(backend) + backend.identity() + str(backend.versions())
    assert KEY not in told + dumped + caplog.text + str(backend.reported())
    assert KEY.encode() not in written


def test_without_a_key_none_is_sent_and_a_refusal_says_how_to_name_one(vectors, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    vectors.script = [(401, {"error": {"message": "who are you?"}})]
    assert _error(_backend(vectors)).endswith("it may need a key: name its variable in api_key_env")
    assert "Authorization" not in vectors.headers[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "is to hold the key, is not set"),
        ("  ", "is not set"),
        ("a b", "characters that no key has"),
        ("钥匙", "no key has"),
    ],
)
def test_a_key_that_is_none_is_told_before_anything_is_sent(vectors, monkeypatch, value, said):
    monkeypatch.delenv("MY_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("MY_KEY", value)
    told = _error(_backend(vectors, api_key_env="MY_KEY"))
    assert said in told
    assert "MY_KEY" in told
    assert value is None or value.strip() == "" or value not in told
    assert vectors.requests == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"base_url": "http://user:hunter2@h/v1"}, "holds a user name or a password"),
        ({"base_url": "http://hunter2@h/v1"}, "holds a user name or a password"),
        ({"base_url": "h:8000/v1"}, "is no address of a server; write it as http://host:port/v1"),
        ({"base_url": "ftp://h/v1"}, "is no address of a server"),
        ({"base_url": "http:///v1"}, "is no address of a server"),
        ({"base_url": "http://h /v1"}, "is no address of a server"),
        ({"base_url": "http://h:99999/v1"}, "is no address"),
        ({"base_url": "http://h/v1?key=hunter2"}, "more than scheme, host, port and path"),
        ({"base_url": "http://h/v1/embeddings"}, "leave that off and end with '/v1'"),
        ({"base_url": "http://h/v1/chat/completions/"}, "leave that off and end with '/v1'"),
        ({"api_key_env": "sk-hunter2"}, "is not the name of an environment variable"),
        ({"extra_body": {"input": "x"}}, "'extra_body' holds 'input'"),
        ({"batch_size": 0}, "greater than or equal to 1"),
        ({"timeout": 0}, "greater than 0"),
    ],
)
def test_settings_that_cannot_be_are_refused_without_quoting_a_secret(values, said):
    with pytest.raises(ValidationError) as caught:
        _backend("http://h/v1", **values)
    fault = caught.value.errors(include_url=False, include_input=False)[0]
    assert said in fault["msg"]
    if "base_url" not in values or "?" not in values["base_url"]:
        assert "hunter2" not in fault["msg"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:8000/v1", "on this machine"),
        ("http://127.9.9.9/v1", "on this machine"),
        ("http://localhost/v1", "on this machine"),
        ("http://[::1]:80/v1", "on this machine"),
        ("http://10.0.0.5:8000/v1", "NOT this machine, unencrypted"),
        ("https://api.openai.com/v1", "NOT this machine (model"),
        ("http://localhost.example/v1", "NOT this machine"),
    ],
)
def test_it_is_said_whether_texts_leave_the_machine(url, said):
    assert said in _backend(url).announcement()


def test_a_server_that_is_not_there_is_one_line():
    with serving(embeddings) as gone:
        url = gone.base_url
    told = _error(_backend(url, retries=1))
    assert told.startswith(f"{url}/embeddings: cannot be reached")
    assert told.endswith("is the server running?; sent 2 times")


def test_loopback_is_not_asked_through_a_proxy(vectors, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    _backend(vectors).encode(["版面"])


def test_a_signal_is_not_held_up_by_requests_under_way(vectors):
    """What a signal raises in the main thread leaves `ask` at once, though no answer has come."""
    vectors.script = [stall(20)] * 4

    class StopError(BaseException):
        pass

    def stop(*_):
        raise StopError

    import signal

    before = signal.signal(signal.SIGALRM, stop)
    start = time.monotonic()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(StopError):
            _backend(vectors, timeout=60).encode(TEXTS)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - start < 2
    assert not [thread for thread in threading.enumerate() if "portal" in thread.name]


def test_it_works_where_an_event_loop_runs_already(vectors):
    import asyncio

    async def cell():
        return _backend(vectors).encode(TEXTS)

    np.testing.assert_array_equal(asyncio.run(cell()), _expected(TEXTS))


def test_an_answer_is_the_same_by_json_and_to_the_last_bit(vectors):
    """A float32 that was written as JSON comes back as the same float32."""
    found = _backend(vectors).encode(TEXTS)
    assert found.tobytes() == np.array(json.loads(json.dumps(found.tolist())), dtype=np.float32).tobytes()
