using System.Linq;
using NetGen.Generator.Diagnostics;

namespace NetGen.Generator.Graphs.Layers;

/// <summary><c>MatMul</c>: the product of two results, whose channels are matrices.</summary>
internal sealed class MatMul : LayerKind
{
    public override string Name => "MatMul";

    public override string Stem => "matmul";

    public override bool TakesNames => true;

    public override OperandCount Operands => OperandCount.Two;

    public override LayerRule? Apply(LayerContext context)
    {
        bool transposeA = context.Bool("TransposeA", false);
        bool transposeB = context.Bool("TransposeB", false);
        if (context.Sources.Any(s => s.Shape is null) || !context.AreImages())
        {
            return null;
        }

        (Value first, Value second) = (context.Sources[0], context.Sources[1]);
        (Shape a, Shape b) = (first.Shape!.Value, second.Shape!.Value);
        (int rows, int terms) = transposeA ? (a.Width, a.Height) : (a.Height, a.Width);
        (int terms2, int columns) = transposeB ? (b.Width, b.Height) : (b.Height, b.Width);
        if (terms != terms2)
        {
            Refuse($"as many {(transposeB ? "columns" : "rows")} as '{first.Name}' has {(transposeA ? "rows" : "columns")}, {LayerContext.Text(terms)}");
        }
        else if (a.Channels != b.Channels && a.Channels != 1 && b.Channels != 1)
        {
            Refuse($"as many channels as '{first.Name}' has, {LayerContext.Text(a.Channels)}, or one");
        }

        var output = Shape.Image(System.Math.Max(a.Channels, b.Channels), rows, columns);
        context.Size("output", output.Channels, rows, columns);
        return new LayerRule(output, new MatMulOperation(transposeA, transposeB));

        void Refuse(string needed) => context.InvalidSource(ProblemIds.FactorsDoNotFit, 1, second.Name, b.ToString(), needed);
    }
}
