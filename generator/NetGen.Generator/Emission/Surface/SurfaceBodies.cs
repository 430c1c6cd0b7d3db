namespace NetGen.Generator.Emission;

/// <summary>What the members of a network do: those of one that works, or of one that has errors.</summary>
internal abstract class SurfaceBodies
{
    /// <summary>The value of <c>Info</c>.</summary>
    public abstract string Info { get; }

    /// <summary>The accessors of <c>Weights</c>.</summary>
    public abstract string Weights { get; }

    /// <summary>Loads <c>weights</c>.</summary>
    public abstract string Load { get; }

    /// <summary>Loads the file <c>path</c> with a cache at <c>cachePath</c>.</summary>
    public abstract string LoadCached { get; }

    /// <summary>Loads those tensors of the file <c>path</c> that have a <c>prefix</c>, with a cache at <c>cachePath</c> unless that is null.</summary>
    public abstract string LoadPrefixed { get; }

    /// <summary>Creates a network with weights of a <c>seed</c>.</summary>
    public abstract string Random { get; }

    /// <summary>Computes <c>output</c> for <c>input</c>.</summary>
    public abstract string Forward { get; }

    /// <summary>The same, with an <c>observer</c>.</summary>
    public abstract string Observe { get; }

    /// <summary>The same, with <c>parallelism</c>.</summary>
    public abstract string Parallel { get; }

    /// <summary>Computes <c>outputs</c> for <c>inputs</c>, with at most <c>maxDegreeOfParallelism</c> threads.</summary>
    public abstract string Batch { get; }

    /// <summary>Saves the weights at <c>path</c>.</summary>
    public abstract string Save { get; }

    /// <summary>Creates the network with the weights of its assembly.</summary>
    public abstract string Create { get; }

    /// <summary>Creates the network with <c>weights</c> and the ranges of its activations for <c>samples</c>.</summary>
    public abstract string Calibrate { get; }

    /// <summary>The same, with a <c>report</c>.</summary>
    public abstract string CalibrateReporting { get; }

    /// <summary>Compares with the references of the project, up to a <c>bound</c>.</summary>
    public abstract string SelfTest { get; }
}
