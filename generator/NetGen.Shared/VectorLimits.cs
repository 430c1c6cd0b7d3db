namespace NetGen.Shared;

/// <summary>The sizes of vectors and cache lines that generated kernels and the runtime rely on, in floats.</summary>
internal static class VectorLimits
{
    /// <summary>The lanes of the widest vector that kernels use, of 512 bits.</summary>
    public const int MostLanes = 16;

    /// <summary>The floats of a cache line, at whose start packed weights and activations begin.</summary>
    public const int CacheLine = 16;
}
