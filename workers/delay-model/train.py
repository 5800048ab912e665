"""Trains the delay model of the demo workspace and writes everything this folder keeps of it.

Reads 3 million flights of January to June 2001 from the npm package vega-datasets and learns the delay on arrival from what is known
before departure. Every tenth day is held out whole, because flights of one day share their weather. Writes delay-model.onnx,
metrics.json and reference-predictions.json; the versions in requirements.txt write the same predictions again. See README.md.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pyarrow.parquet as pq
from onnxruntime import InferenceSession
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

HERE = Path(__file__).parent
SOURCE = HERE.parent.parent / "node_modules/vega-datasets/data/flights-3m.parquet"
OPSET = {"": 17, "ai.onnx.ml": 3}
SEED = 20011
INTEGERS = ["hour", "weekday", "month"]
PLACES = ["origin", "destination"]
INPUTS = [*INTEGERS, "distance", *PLACES]
# Beyond these lie a few hundred flights, and what delayed them is nothing a timetable knows.
EARLIEST, LATEST = -60, 300


def read_flights():
    flights = pq.read_table(SOURCE).to_pandas()
    date = flights["date"].dt
    flights["hour"] = date.hour.astype("int64")
    # Monday is 1, Sunday 7 (ISO 8601).
    flights["weekday"] = date.day_of_week.astype("int64") + 1
    flights["month"] = date.month.astype("int64")
    # The exported model computes with 32-bit numbers; trained on them, its thresholds fall between the same values.
    flights["distance"] = flights["distance"].astype("float32")
    flights["delay"] = flights["delay"].clip(EARLIEST, LATEST)
    for place in PLACES:
        flights[place] = flights[place].astype(object)
    return flights, (date.day_of_year % 10 == 7).to_numpy()


def by_mean_delay(flights, place):
    """The places in the order of their mean delay: a split of their ordinal splits the punctual from the late."""
    return flights.groupby(place)["delay"].mean().sort_values(kind="stable").index.tolist()


def build(flights):
    encoder = OrdinalEncoder(
        categories=[by_mean_delay(flights, place) for place in PLACES],
        handle_unknown="use_encoded_value",
        unknown_value=-1,
        dtype=np.float32,
    )
    columns = ColumnTransformer([("numbers", "passthrough", [*INTEGERS, "distance"]), ("places", encoder, PLACES)])
    trees = HistGradientBoostingRegressor(
        max_iter=150, max_leaf_nodes=24, l2_regularization=1.0, early_stopping=False, random_state=SEED
    )
    return Pipeline([("columns", columns), ("trees", trees)]).fit(flights[INPUTS], flights["delay"])


def export(pipeline):
    """The pipeline as one ONNX graph: a column for each input, the delay in minutes as `variable`."""
    model = to_onnx(
        pipeline,
        initial_types=[
            *[(name, Int64TensorType([None, 1])) for name in INTEGERS],
            ("distance", FloatTensorType([None, 1])),
            *[(name, StringTensorType([None, 1])) for name in PLACES],
        ],
        target_opset=OPSET,
    )
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def run(model, flights):
    """What the exported model says, flight by flight."""
    session = InferenceSession(model, providers=["CPUExecutionProvider"])
    feeds = {name: flights[[name]].to_numpy() for name in INPUTS}
    return session.run(None, feeds)[0].ravel()


def scores(truth, predicted):
    return {
        "maeMinutes": round(float(mean_absolute_error(truth, predicted)), 4),
        "rmseMinutes": round(float(root_mean_squared_error(truth, predicted)), 4),
        "r2": round(float(r2_score(truth, predicted)), 5),
    }


def write_json(name, value):
    (HERE / name).write_text(json.dumps(value, indent=1) + "\n")


def main():
    flights, held_out = read_flights()
    train, test = flights[~held_out], flights[held_out]
    pipeline = build(train)
    model = export(pipeline)

    sample = test.sample(200, random_state=SEED)
    expected = pipeline.predict(sample[INPUTS])
    difference = float(np.abs(run(model, sample) - expected).max())
    if difference > 1e-4:
        raise SystemExit(f"the exported model differs from scikit-learn by {difference} minutes")

    hourly = train.groupby("hour")["delay"].mean()
    metrics = {
        "source": "vega-datasets flights-3m.parquet",
        "sourceSha256": hashlib.sha256(SOURCE.read_bytes()).hexdigest(),
        "heldOut": "days of 2001 whose number in the year ends in 7",
        "trainedFlights": len(train),
        "heldOutFlights": len(test),
        "model": scores(test["delay"], pipeline.predict(test[INPUTS])),
        "baselineHourMean": scores(test["delay"], test["hour"].map(hourly)),
        "baselineMean": scores(test["delay"], np.full(len(test), train["delay"].mean())),
        "modelSha256": hashlib.sha256(model).hexdigest(),
        "modelBytes": len(model),
    }
    (HERE / "delay-model.onnx").write_bytes(model)
    write_json("metrics.json", metrics)
    rows = sample[INPUTS].to_dict("records")
    write_json(
        "reference-predictions.json",
        [{"inputs": inputs, "delayMinutes": float(minutes)} for inputs, minutes in zip(rows, expected)],
    )
    print(json.dumps(metrics, indent=2))


if __name__ == "__main__":
    main()
