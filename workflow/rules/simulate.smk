rule simulate:
    input:
        simulation_inputs,
        dataset="config/datasets/{dataset}.yaml",
    output:
        "results/trajectories/{dataset}/{shard}.npz",
    log:
        "results/logs/simulate/{dataset}/{shard}.log",
    benchmark:
        "results/benchmarks/simulate/{dataset}/{shard}.tsv"
    conda:
        "../../envs/graincast.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        part=lambda wildcards: f"--shard {wildcards.shard}",
    shell:
        f"{KEEP_LOG}"
        "python workflow/simulate.py"
        " --dataset {input.dataset} {params.part} --output {output} > {log} 2>&1"
