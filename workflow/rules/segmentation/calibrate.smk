rule segmentation_calibrate:
    input:
        weights=SEGMENTATION.weights_of_segmenter,
        train=f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/train.npz",
        validation=f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/validation.npz",
        test=f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/test.npz",
    output:
        segmenter="results/segmentation/segmenters/{model}/{seed}.safetensors",
        reliability="results/segmentation/reliability/{model}/{seed}.parquet",
    log:
        "results/segmentation/logs/calibrate/{model}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: SEGMENTATION.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=SEGMENTATION.code_of_model("segmentation_calibrate.py"),
        dataset=SEGMENTATION.experiment.dataset,
        threads=SEGMENTATION.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_calibrate.py --weights {input.weights} --train {input.train}"
        " --validation {input.validation} --test {input.test} --model {wildcards.model} --dataset {params.dataset}"
        " --seed {wildcards.seed} --threads {params.threads} --segmenter {output.segmenter}"
        " --reliability {output.reliability} > {log} 2>&1"
