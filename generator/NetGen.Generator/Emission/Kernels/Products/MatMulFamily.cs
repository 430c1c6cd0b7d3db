using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Products of computed matrices: a walk over matrices and blocks of rows, with kernels of its own for packing and products.</summary>
internal sealed class MatMulFamily : KernelFamily<MatMulStep>
{
    protected override string Name(MatMulStep step, KernelContext context) => "MatMul";

    /// <summary><c>x</c> and <c>x1</c> are the factors, plane by plane, <c>s</c> takes a plane of the second, packed, and <c>y</c> the product.</summary>
    protected override void Emit(CodeWriter writer, MatMulStep step, KernelContext context)
    {
        FilterSums product = step.Products[0];
        string pack = context.Call(new KernelPart(
            $"Pack{(step.TransposeB ? "Transposed" : "")}{Literal.Int(product.Taps)}x{Literal.Int(product.Filters)}",
            "ref float x, ref float y",
            $"{Literal.Int(product.Taps)}×{Literal.Int(product.Filters)}",
            w => EmitPacking(w, step, context.Tier)));
        string[] products = [.. step.Products.Select(context.CallProduct)];
        var walk = new BlockWalk("plane", step.Planes, step.Rows, step.Blocks, WorkSharing.Of(step).TakesShare);
        walk.Emit(
            writer,
            plane =>
            {
                writer.Phase("The second factor.");
                string second = step.SecondPlane == 0 ? "0" : Address.Times(plane, step.SecondPlane);
                writer.Line($"{pack}(ref {Address.At("x1", second)}, ref s);");
            },
            (plane, first, rows) =>
            {
                writer.Phase("The product.");
                string from = Address.Sum(step.FirstPlane == 0 ? "0" : Address.Times(plane, step.FirstPlane), Address.Times(first, product.ColumnStep));
                string to = Address.Sum(Address.Times(plane, step.Rows * product.Filters), Address.Times(first, product.Filters));
                writer.Line($"ref float factor = ref {Address.At("x", from)};");
                writer.Line($"ref float result = ref {Address.At("y", to)};");
                walk.EmitCall(writer, products, rows, "ref factor, ref s, ref result");
            });
    }

    protected override MatMulStep WithoutOwnOffsets(MatMulStep step) => step with
    {
        Products = WithoutOffsets(step.Products),
        Scratch = 0,
    };

    private static void EmitPacking(CodeWriter writer, MatMulStep step, Tier tier)
    {
        FilterSums product = step.Products[0];
        if (step.TransposeB)
        {
            ProductPacking.EmitRowsOfTaps(writer, product, tier, product.Taps, scale: 1);
        }
        else
        {
            ProductPacking.EmitRowsOfFilters(writer, product, tier, product.Filters);
        }
    }
}
