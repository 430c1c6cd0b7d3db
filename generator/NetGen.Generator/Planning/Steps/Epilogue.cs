using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Planning;

/// <summary>A function applied to each vector of results before it is stored.</summary>
internal abstract record EpilogueOperation
{
    /// <summary>The vectors of parameters that it reads for each channel.</summary>
    public virtual int Rows => 0;
}

/// <summary>An element-wise function.</summary>
internal sealed record ActivationEpilogue(ActivationFunction Function, EquatableArray<double> Constants) : EpilogueOperation
{
    /// <summary>Whether it takes a handful of instructions, so that applying it to a whole tile in registers pays.</summary>
    public bool IsCheap => Function is ActivationFunction.ReLU or ActivationFunction.ReLU6 or ActivationFunction.LeakyReLU
        or ActivationFunction.HardSigmoid or ActivationFunction.HardSwish or (>= ActivationFunction.Greater and <= ActivationFunction.Not);
}

/// <summary>A PReLU; its slopes are parameters.</summary>
internal sealed record SlopeEpilogue(string Tensor, bool PerChannel) : EpilogueOperation
{
    public override int Rows => 1;
}

/// <summary>
/// A batch normalization that could not be folded: a mean, a scale and a bias of each channel. The mean is taken away first, since next to a
/// large one a sum with its product would lose what is left.
/// </summary>
internal sealed record AffineEpilogue(BatchNormFold Norm) : EpilogueOperation
{
    public override int Rows => 3;
}

/// <summary>A batch normalization of a layer's results.</summary>
internal sealed record BatchNormFold(string Layer, double Epsilon, bool Affine);

/// <summary>The sum with another layer's result of the same shape: a residual connection.</summary>
/// <param name="Range">The tensor that holds the range of that result, where it is quantized.</param>
internal sealed record ResidualEpilogue(string? Range = null) : EpilogueOperation
{
    public override int Rows => Range is null ? 0 : 2;
}

/// <summary>What turns results into integers: a scale and a shift, the last before they are stored.</summary>
/// <param name="Range">The tensor that holds the results' range.</param>
internal sealed record QuantizeEpilogue(string Range) : EpilogueOperation
{
    public override int Rows => 2;
}

/// <summary>What happens to a layer's results before they are stored.</summary>
internal sealed record Epilogue(EquatableArray<EpilogueOperation> Operations)
{
    public static readonly Epilogue None = new(default(EquatableArray<EpilogueOperation>));

    /// <summary>The vectors of parameters for each channel.</summary>
    public int Rows => Operations.Sum(o => o.Rows);

    /// <summary>The same, and then another.</summary>
    public Epilogue Then(EpilogueOperation next) => new([.. Operations, next]);
}
