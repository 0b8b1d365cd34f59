// Times regorus on the cases of a file, with parsed input, in its tree walker. One JSON line a case; a case that regorus cannot compile or
// that fails gives an error line. Usage: regorus-rival CASES.json
use serde_json::{json, Value as Json};
use std::time::{Duration, Instant};

const SAMPLES: usize = 7;
const SAMPLE_TIME: Duration = Duration::from_millis(25);

fn median(mut run: impl FnMut() -> usize) -> f64 {
    let mut times: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let start = Instant::now();
            let mut n = 0;
            while start.elapsed() < SAMPLE_TIME {
                n += run();
            }
            start.elapsed().as_nanos() as f64 / n as f64
        })
        .collect();
    times.sort_by(|a, b| a.partial_cmp(b).unwrap());
    times[SAMPLES / 2]
}

fn measure(case: &Json) -> Result<Json, String> {
    let text = |e: &dyn std::fmt::Display| e.to_string();
    let mut engine = regorus::Engine::new();
    engine.set_rego_v0(case["dialect"] == "v0");
    for (name, module) in case["modules"].as_object().ok_or("no modules")? {
        engine
            .add_policy(name.clone(), module.as_str().unwrap_or("").to_string())
            .map_err(|e| text(&e))?;
    }
    if case["data"].as_object().is_some_and(|data| !data.is_empty()) {
        engine
            .add_data_json(&case["data"].to_string())
            .map_err(|e| text(&e))?;
    }
    let rule = case["query"].as_str().ok_or("no query")?.to_string();
    let inputs: Vec<regorus::Value> = case["inputs"]
        .as_array()
        .ok_or("no inputs")?
        .iter()
        .map(|input| regorus::Value::from_json_str(&input.to_string()).map_err(|e| text(&e)))
        .collect::<Result<_, _>>()?;
    for input in &inputs {
        engine.set_input(input.clone());
        engine.eval_rule(rule.clone()).map_err(|e| text(&e))?;
    }
    let parsed = median(|| {
        for input in &inputs {
            engine.set_input(input.clone());
            let _ = engine.eval_rule(rule.clone());
        }
        inputs.len()
    });
    Ok(json!({"name": case["name"], "parsed": parsed}))
}

fn main() {
    let path = std::env::args().nth(1).expect("a file of cases");
    let cases: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON");
    for case in &cases {
        let line = measure(case).unwrap_or_else(|error| json!({"name": case["name"], "error": error}));
        println!("{line}");
    }
}
