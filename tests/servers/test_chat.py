"""A chat model as a classifier: what it is told and shown, what of its answers counts, and what that took."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from servers.scripted import completion, drop, half, serving

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.execution.engine import run_systems
from bench.execution.identity import RunIdentity
from bench.execution.predictions import Predictions
from bench.execution.results import make_record
from bench.experiment.config import Experiment, System
from bench.systems.chat.answers import Answer, class_named, class_shares
from bench.systems.chat.examples import at_random, nearest
from bench.systems.chat.rows import Texts
from bench.systems.classifiers.base import AnyClassifier
from bench.systems.pipeline import build_pipeline, check_pair

WORDS = {"reform": "改革", "review": "考核", "people": "社区"}
TEXTS = [f"{word}的第{at}段文字，写的是{word}" for at in range(6) for word in WORDS.values()]
LABELS = [label for _ in range(6) for label in WORDS]
DESCRIBED = {"reform": ("机构改革", "体制"), "review": ("考核干部",)}
PROTOCOL = {"kind": "repeated-stratified", "folds": 3, "repeats": 2, "inner_folds": 2, "random_state": 7}


def by_words(body):
    """A model that answers by the word it finds, as JSON, a letter or a label, as it was asked."""
    system, text = body["messages"][0]["content"], body["messages"][-1]["content"]
    found = next(label for label, word in WORDS.items() if word in text)
    if "response_format" in body:
        return completion(json.dumps({"label": found}))
    if not body.get("logprobs"):
        return completion(f" {found}\n")
    letter = next(line[0] for line in system.splitlines() if line[3:].split(":")[0] == found)
    return completion(letter, logprobs={"content": [{"token": letter, "logprob": -0.1, "top_logprobs": tops(letter)}]})


def tops(letter):
    return [{"token": f" {letter}", "logprob": math.log(0.6)}, {"token": letter, "logprob": math.log(0.2)}] + [
        {"token": token, "logprob": math.log(0.1)} for token in ("x", "C" if letter != "C" else "A")
    ]


@pytest.fixture
def chat():
    with serving(by_words) as scripted:
        yield scripted


def _settings(server, **values):
    url = server if isinstance(server, str) else server.base_url
    return TypeAdapter(AnyClassifier).validate_python({"kind": "llm", "base_url": url, "model": "m", **values})


def _data(labels=LABELS):
    return LabelledTexts(tuple(f"row{at}" for at in range(len(TEXTS))), tuple(TEXTS), tuple(labels))


def _experiment(server, **values):
    names = values.pop("names", None)
    classifier = _settings(server, **values).model_dump(mode="json")
    system = {"name": "chat", "classifier": classifier} | ({"names": names} if names else {})
    return Experiment.model_validate(
        {"name": "t", "data": {"kind": "corpus", "config": "paragraphs"}, "protocol": PROTOCOL, "systems": [system]}
    )


def _run(server, *, jobs=1, labels=LABELS, **values):
    experiment = _experiment(server, **values)
    [run] = run_systems(_data(labels), experiment.protocol, experiment.systems, jobs=jobs)
    return run


def _record(run, server, **values):
    experiment = _experiment(server, **values)
    return make_record(RunIdentity.of(experiment, _data(), experiment.protocol), run)


@pytest.mark.parametrize("answers", ["schema", "text", "logprobs"])
def test_it_competes_under_the_same_splits_as_any_other_system(chat, answers):
    run = _run(chat, answers=answers)
    assert run.error is None
    assert (run.predictions.prediction == run.predictions.truth).all()
    assert (run.predictions.scores is not None) == (answers == "logprobs")
    [plain] = run_systems(
        _data(),
        _experiment(chat).protocol,
        [System.model_validate({"name": "majority", "classifier": {"kind": "majority"}})],
        jobs=1,
    )
    np.testing.assert_array_equal(run.predictions.fold, plain.predictions.fold)
    # A text is asked about once, though every repeat tests it.
    assert len(chat.requests) == len(TEXTS)


def test_the_request_holds_what_the_settings_say(chat):
    _run(chat, instructions="给文章分类。", temperature=None, max_tokens=9, extra_body={"top_p": 0.5}, max_characters=4)
    body = next(each for each in chat.requests if each["messages"][-1]["content"] == TEXTS[0][:4])
    assert chat.paths[0] == "/v1/chat/completions"
    assert {key: body[key] for key in ("model", "seed", "max_tokens", "top_p")} == {
        "model": "m", "seed": 7, "max_tokens": 9, "top_p": 0.5,
    }  # fmt: skip
    assert "temperature" not in body
    assert body["messages"][0]["content"].startswith("给文章分类。\n\nLabels:\n- people\n- reform\n- review\n")
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["properties"]["label"]["enum"] == ["people", "reform", "review"]


def test_labels_come_with_the_names_that_the_experiment_gives(chat):
    _run(chat, names={"reform": ["机构改革", "体制"], "review": "考核干部", "people": "居民"})
    told = chat.requests[0]["messages"][0]["content"]
    assert "- people: 居民\n- reform: 机构改革; 体制\n- review: 考核干部\n" in told


@pytest.mark.parametrize("draw", ["nearest", "random"])
def test_examples_are_labelled_training_rows_of_the_fold_and_no_others(chat, draw):
    _run(chat, examples=4, draw=draw)
    experiment = _experiment(chat)
    seen = set()
    labels = dict(zip(TEXTS, LABELS, strict=True))
    from bench.experiment.splits import Targets

    targets = Targets.of(_data())
    splits = [split for repeat in range(2) for split in experiment.protocol.outer(targets, repeat)]
    for body in chat.requests:
        text = body["messages"][-1]["content"]
        shown = [message["content"] for message in body["messages"][1:-1:2]]
        said = [json.loads(message["content"])["label"] for message in body["messages"][2:-1:2]]
        assert [message["role"] for message in body["messages"][1:-1]] == ["user", "assistant"] * 4
        assert said == [labels[each] for each in shown]
        assert text not in shown
        at = TEXTS.index(text)
        assert any(
            at in split.test and {TEXTS.index(each) for each in shown} <= set(split.train.tolist()) for split in splits
        )
        seen.add(tuple(shown))
        if draw == "random":
            assert set(said) == set(WORDS)
        else:
            assert labels[shown[-1]] == labels[text]
    assert len(seen) > 1


def test_nearest_examples_are_those_of_the_largest_cosine_the_nearest_last():
    rows = Texts(counted=True).encode(["改革开放", "社区活动", "改革", "考核", "改革考核"])
    train, test = rows.take(np.arange(4)), rows.take(np.array([4, 0]))
    found = nearest(train, test, 2)
    assert set(found[0]) == {2, 3}
    assert found[1, -1] == 0
    assert nearest(train, test, 9).shape == (2, 4)
    assert nearest(train, test.take(np.arange(0)), 2).shape == (0, 2)


def test_random_examples_show_every_class_before_any_twice_and_hang_on_the_state_alone():
    labels = np.array([0] * 50 + [1] * 3 + [2] * 3)
    drawn = at_random(labels, 6, 1)
    assert sorted(labels[drawn[:3]]) == [0, 1, 2]
    assert sorted(labels[drawn]) == [0, 0, 1, 1, 2, 2]
    np.testing.assert_array_equal(drawn, at_random(labels, 6, 1))
    assert drawn.tolist() != at_random(labels, 6, 2).tolist()
    assert len(set(at_random(labels, 99, 0).tolist())) == 56


def _answer(content, **values):
    return Answer.of(completion(content, **values), 0.5)


CLASSES = ["reform", "review", "问答"]
INVALID = {
    "prose": (_answer("The label is reform."), "not the JSON asked for"),
    "another label": (_answer('{"label": "sports"}'), "no such label"),
    "another case": (_answer('{"label": "Reform"}'), "no such label"),
    "two labels": (_answer('{"label": ["reform", "review"]}'), "no such label"),
    "another key": (_answer('{"class": "reform"}'), "no such label"),
    "a list": (_answer('["reform"]'), "no such label"),
    "half": (_answer('{"label": "ref', finish="length"), "cut off"),
    "nothing": (_answer(""), "empty"),
    "null": (_answer(None), "empty"),
    "thinking only": (_answer("", finish="length"), "cut off"),
    "a refusal": (_answer(None, message={"refusal": "I cannot"}), "refused"),
    "NaN": (_answer('{"label": NaN}'), "not the JSON asked for"),
    "deep": (_answer("[" * 3000), "not the JSON asked for"),
}


@pytest.mark.parametrize(("answer", "why"), INVALID.values(), ids=INVALID)
def test_what_names_no_label_to_the_letter_is_no_label_and_says_why(answer, why):
    assert class_named(answer, CLASSES, as_json=True) == (None, why)


@pytest.mark.parametrize("content", ['{"label": "问答"}', '\n{"label":"问答"} ', "问答", " 问答\n"])
def test_a_label_to_the_letter_is_its_class(content):
    assert class_named(_answer(content), CLASSES, as_json=True) == (2, "")


def test_shares_are_of_the_letters_alone_blanks_aside():
    found = [{"token": token, "logprob": math.log(p)} for token, p in ((" A", 0.3), ("A", 0.1), ("B", 0.1), ("a", 0.4))]
    answer = _answer("A", logprobs={"content": [{"token": "A", "top_logprobs": found}]})
    np.testing.assert_allclose(class_shares(answer, "ABC"), [0.8, 0.2, 0])
    assert class_shares(answer, "XYZ") is None
    assert class_shares(_answer("A"), "ABC") is None


def test_answers_without_a_label_are_counted_shown_and_wrong_for_every_class(chat, tmp_path):
    def sometimes(body):
        return completion("none of these") if "第0段" in body["messages"][-1]["content"] else by_words(body)

    chat.answer = sometimes
    run = _run(chat)
    predictions, record = run.predictions, _record(run, chat)
    assert predictions.unnamed == 2 * 3
    assert record.servers[0].invalid == {"not the JSON asked for": 3}
    # As scikit-learn scores a label that is none of the classes.
    from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

    names = np.array([*predictions.classes, "?"])
    truth, prediction = names[predictions.truth], names[predictions.prediction[0]]
    expected = f1_score(truth, prediction, labels=list(predictions.classes), average="macro")
    assert record.scores["f1_macro"].value == pytest.approx(expected, abs=1e-15)
    assert record.scores["accuracy"].value == accuracy_score(truth, prediction)
    assert record.scores["matthews_corrcoef"].value == pytest.approx(matthews_corrcoef(truth, prediction), abs=1e-15)
    assert [len(row) for row in record.confusion] == [4, 4, 4]
    assert [row[3] for row in record.confusion] == [2, 2, 2]
    again = Predictions.from_parquet(predictions.to_parquet())
    assert again.sha256() == predictions.sha256()
    import io

    import pyarrow.parquet as pq

    column = pq.read_table(io.BytesIO(predictions.to_parquet())).column("guess")
    assert column.null_count == predictions.unnamed


def test_an_influence_is_what_the_score_loses_with_rows_of_no_class():
    from bench.experiment.metrics.base import METRICS, Outcome

    truth, prediction = np.array([0, 0, 1, 1, 2, 2, 2]), np.array([0, 3, 1, 0, 2, 3, 2])
    outcome = Outcome(("a", "b", "c"), truth, prediction)
    for name in ("accuracy", "f1_macro", "f1", "recall", "balanced_accuracy", "matthews_corrcoef", "cohen_kappa"):
        metric = METRICS[name]()
        full, influence = metric.scores(outcome), metric.influence(outcome)
        for row in range(len(truth)):
            without = metric.scores(outcome.take(np.delete(np.arange(len(truth)), row)))
            for part, value in full.items():
                assert influence[part][row] == pytest.approx(6 * (value - without[part]), abs=1e-12), (name, part, row)


def test_probabilities_are_those_of_the_letters_and_an_answer_without_one_has_none(chat):
    def sometimes(body):
        if "第0段" in body["messages"][-1]["content"]:
            return completion(
                "hm", logprobs={"content": [{"token": "hm", "top_logprobs": [{"token": "hm", "logprob": 0}]}]}
            )
        return by_words(body)

    chat.answer = sometimes
    run = _run(chat, answers="logprobs")
    scores = run.predictions.scores[0]
    none = run.predictions.prediction[0] == 3
    assert none.sum() == 3
    assert (scores[none] == 0).all()
    np.testing.assert_allclose(scores[~none].sum(axis=1), 1)
    np.testing.assert_allclose(scores[~none].max(axis=1), 0.8 / 0.9)
    record = _record(run, chat, answers="logprobs")
    assert record.score_kind == "probability"
    assert record.servers[0].invalid == {"no label among the likely tokens": 3}
    assert record.scores["log_loss"].value > 0


def test_a_server_without_log_probabilities_is_one_line_after_a_few_requests(chat):
    chat.answer = lambda _: completion("A")
    run = _run(chat, answers="logprobs", concurrency=1)
    assert "gives no log-probabilities, which 'answers: logprobs' needs; take 'answers: schema'" in run.error
    assert len(chat.requests) == 8


def test_tokens_seconds_and_cost_stand_in_the_record_and_beside_it(chat):
    prices = {"prompt": 2.0, "completion": 10.0, "currency": "CNY"}
    run = _run(chat, prices=prices)
    served = run.served[0]
    assert (served.requests, served.prompt_tokens, served.completion_tokens, served.sent) == (18, 360, 72, 18)
    assert served.cost == pytest.approx((360 * 2 + 72 * 10) / 1e6)
    record = _record(run, chat, prices=prices).model_dump(mode="json")["servers"]
    assert record == [
        {
            "address": chat.base_url, "model": "m", "reported": ["chat-1"], "requests": 18, "prompt_tokens": 360,
            "completion_tokens": 72, "invalid": {}, "cost": served.cost, "currency": "CNY",
        }
    ]  # fmt: skip
    assert run.cost["predict_seconds_per_row"] == pytest.approx(served.seconds / 18)


def test_a_server_that_counts_no_tokens_has_no_cost(chat):
    chat.answer = lambda body: {**by_words(body), "usage": None}
    served = _run(chat, prices={"prompt": 1.0, "completion": 1.0}).served[0]
    assert (served.prompt_tokens, served.cost, served.currency) == (None, None, None)


def test_a_run_resumes_and_repeats_without_asking_again():
    with serving(by_words) as chat:
        chat.script = [None] * 7 + [(400, {"message": "quota"})]
        first = _run(chat, concurrency=1)
        assert "quota" in first.error
        done = _run(chat, concurrency=1)
        assert len(chat.requests) == 8 + 18 - 7
    again = _run(chat, concurrency=1)
    assert again.predictions.sha256() == done.predictions.sha256()
    assert again.served[0].sent == 0
    assert _record(again, chat).model_dump_json() == _record(done, chat).model_dump_json()


def test_without_a_cache_the_answers_still_reach_every_fold_and_every_worker(chat, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE_SIZE", "0")
    run = _run(chat, jobs=2, examples=2)
    assert run.error is None
    assert (run.predictions.prediction == run.predictions.truth).all()
    assert len(chat.requests) == run.served[0].requests


@pytest.mark.parametrize(
    "fault",
    [drop, half, (429, b"", {"Retry-After": "0"}), (500, b"x")],
    ids=["dropped", "half an answer", "429", "500"],
)
def test_passing_faults_are_tried_again(chat, fault):
    chat.script = [fault, None, fault]
    assert _run(chat, timeout=5).error is None


FINAL = {
    "no choices": ((200, {"choices": []}), "'choices' holds no message"),
    "a list": ((200, []), "'choices' holds no message"),
    "content that is none": ((200, completion(5)), "the message's 'content' is 5"),
    "wrong JSON": ((200, b'{"choices": '), "answers no JSON that can be read"),
    "a redirect": ((308, b"", {"Location": "http://elsewhere.example/"}), "sends on to 'http://elsewhere.example/'"),
    "no such model": (
        (404, {"error": {"message": "model 'm' not found"}}),
        "answers 404 Not Found: \"model 'm' not found\"",
    ),
}


@pytest.mark.parametrize(("fault", "said"), FINAL.values(), ids=FINAL)
def test_what_no_server_may_answer_fails_the_system_in_one_line(chat, fault, said):
    chat.script = [fault] * 50
    error = _run(chat).error
    assert error.startswith(f"ServerError: {chat.base_url}/chat/completions: ")
    assert said in error
    assert "\n" not in error


def test_one_system_that_fails_ends_no_other(chat):
    chat.script = [(400, b"no")] * 4
    experiment = _experiment(chat)
    systems = [*experiment.systems, System.model_validate({"name": "majority", "classifier": {"kind": "majority"}})]
    runs = list(run_systems(_data(), experiment.protocol, systems, jobs=1))
    assert runs[0].error is not None
    assert runs[1].error is None


def test_as_a_pipeline_it_asks_when_it_predicts(chat):
    pipeline = build_pipeline(None, _settings(chat, examples=1), random_state=0)
    codes = np.array([sorted(WORDS).index(label) for label in LABELS])
    rows = pipeline.named_steps["features"].encode(TEXTS)
    from dataclasses import replace

    classifier = pipeline.named_steps["classifier"].fit(replace(rows, classes=tuple(sorted(WORDS))), codes)
    np.testing.assert_array_equal(classifier.predict(rows), codes)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"examples": -1}, "greater than or equal to 0"),
        ({"answers": "json"}, "schema"),
        ({"instructions": "  "}, "must say something"),
        ({"extra_body": {"messages": []}}, "'extra_body' holds 'messages'"),
        ({"prices": {"prompt": 1.0}}, "Field required"),
        ({"temperature": -1.0}, "greater than or equal to 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(values, said):
    with pytest.raises(ValidationError, match=said):
        _settings("http://h/v1", **values)


def test_what_cannot_go_with_it_is_refused_in_one_line(chat):
    from bench.systems.features.tfidf import TfidfSettings

    settings = _settings(chat)
    with pytest.raises(BenchError, match="the classifier 'llm' takes no features; leave 'features' out"):
        check_pair(TfidfSettings(kind="tfidf", tokens="char"), settings)
    for calibrated in (settings, _settings(chat, answers="logprobs")):
        with pytest.raises(BenchError, match="'calibration' out"):
            check_pair(None, calibrated, "sigmoid")
    with pytest.raises(BenchError, match="weighs up to 20 labels, and there are 21; take 'answers: schema'"):
        _settings(chat, answers="logprobs").check_classes([str(at) for at in range(21)])
    assert chat.requests == []
