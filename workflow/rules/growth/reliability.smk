rule growth_reliability:
    input:
        forecasts=GROWTH.forecasts_of_all_seeds,
        calibration=GROWTH.forecast_to_calibrate,
        validation="results/growth/data/{dataset}/validation.npz",
        windows=expand("results/growth/data/{case}/test.npz", case=GROWTH.cases.simulated_cases),
    output:
        table="results/growth/reliability/{model}/{dataset}.parquet",
        maps="results/growth/reliability/{model}/{dataset}.npz",
    log:
        "results/growth/logs/reliability/{model}/{dataset}.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(8000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=code_of("growth_reliability.py"),
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_reliability.py --forecasts {input.forecasts} --windows {input.windows}"
        " --calibration {input.calibration} --validation {input.validation} --name {wildcards.model}"
        " --table {output.table} --maps {output.maps} > {log} 2>&1"
