using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Onnx.Export;
using NetGen.Onnx.Protos;
using Xunit;

namespace NetGen.Tests.Onnx;

/// <summary>Resizing gives the pixels that ONNX Runtime gives, whose positions are rounded to single precision step by step.</summary>
public sealed class ResizeTests
{
    private const double Direct = 1e-5;

    private static readonly string[] Coordinates = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric"];
    private static readonly string[] Roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

    /// <summary>Each mode with each coordinate rule, and for nearest with each rounding.</summary>
    private static readonly (string Mode, string Coordinates, string Rounding)[] Kinds =
    [
        .. from coordinates in Coordinates from rounding in Roundings select ("nearest", coordinates, rounding),
        .. from coordinates in Coordinates from mode in new[] { "linear", "cubic" } select (mode, coordinates, "floor"),
    ];

    [Fact]
    public void RandomScalesAndSizes()
    {
        var random = new Random(7);
        var comparison = new RuntimeComparison();
        for (int i = 0; i < 120; i++)
        {
            int[] dims = [1, random.Next(1, 4), Side(random), Side(random)];
            var model = new TestModel(18, dims);
            bool byScales = i % 4 != 0;
            float[] scales = [1, 1, Scale(random, dims[2]), Scale(random, dims[3])];
            string[] resize = byScales
                ? ["x", "", model.Constant(scales, 4)]
                : ["x", "", "", model.Constant([1L, dims[1], Math.Max(1, (int)(dims[2] * scales[2])), Math.Max(1, (int)(dims[3] * scales[3]))], 4)];
            var tolerance = new List<double>();
            for (int k = 0; k < 6; k++)
            {
                (string mode, string coordinates, string rounding) = Kinds[((i * 6) + k) % Kinds.Length];
                bool excludes = mode == "cubic" && random.Next(2) == 0;
                model.Output(model.Node(
                    "Resize",
                    resize,
                    ModelBuilder.Text("mode", mode),
                    ModelBuilder.Text("coordinate_transformation_mode", coordinates),
                    ModelBuilder.Text("nearest_mode", rounding),
                    ModelBuilder.Float("cubic_coeff_a", random.Next(2) == 0 ? -0.75 : -0.5),
                    ModelBuilder.Int("exclude_outside", excludes ? 1 : 0)));
                tolerance.Add(mode == "nearest" ? 0 : Direct);
            }

            string what = $"[{string.Join(", ", dims)}] {(byScales ? "by " + Text(scales) : "to a size")}, kinds from {i * 6 % Kinds.Length}";
            comparison.Add(what, model, Values(random, dims), [.. tolerance]);
        }

        comparison.Check();
    }

    /// <summary>A part of the image, which may reach beyond it.</summary>
    [Fact]
    public void Crops()
    {
        var random = new Random(10);
        var comparison = new RuntimeComparison();
        for (int i = 0; i < 30; i++)
        {
            int[] dims = [1, random.Next(1, 4), Side(random), Side(random)];
            var model = new TestModel(18, dims);
            foreach (string mode in new[] { "nearest", "linear", "cubic", "nearest" })
            {
                float[] scales = [Scale(random, dims[2]), Scale(random, dims[3])];
                float[] roi = [random.NextSingle() - 0.3f, random.NextSingle() - 0.3f, random.NextSingle() + 0.3f, random.NextSingle() + 0.3f];
                model.Output(model.Node(
                    "Resize",
                    i % 5 == 0 ? ["x", "", model.Constant(scales, 2)] : ["x", model.Constant(roi, 4), model.Constant(scales, 2)],
                    ModelBuilder.Ints("axes", 2, 3),
                    ModelBuilder.Text("mode", mode),
                    ModelBuilder.Text("coordinate_transformation_mode", "tf_crop_and_resize"),
                    ModelBuilder.Text("nearest_mode", Roundings[random.Next(4)]),
                    ModelBuilder.Float("extrapolation_value", 0.25)));
            }

            comparison.Add($"[{string.Join(", ", dims)}] crop {i}", model, Values(random, dims), 0, Direct, Direct, 0);
        }

        comparison.Check();
    }

    /// <summary>The aspect ratio that is kept is a scale of all axes, and the sizes are what it gives, rounded.</summary>
    [Theory]
    [InlineData("not_larger")]
    [InlineData("not_smaller")]
    public void KeptAspectRatios(string policy)
    {
        var random = new Random(8);
        var comparison = new RuntimeComparison();
        for (int i = 0; i < 10; i++)
        {
            int[] dims = [1, 2, random.Next(8, 48), random.Next(8, 48)];
            var model = new TestModel(18, dims);
            foreach (string coordinates in Coordinates)
            {
                model.Output(model.Node(
                    "Resize",
                    ["x", "", "", model.Constant([(long)random.Next(8, 48), random.Next(8, 48)], 2)],
                    ModelBuilder.Ints("axes", 2, 3),
                    ModelBuilder.Text("mode", "nearest"),
                    ModelBuilder.Text("nearest_mode", "floor"),
                    ModelBuilder.Text("coordinate_transformation_mode", coordinates),
                    ModelBuilder.Text("keep_aspect_ratio_policy", policy)));
            }

            comparison.Add($"{policy} {i}", model, Values(random, dims), 0);
        }

        comparison.Check();
    }

    /// <summary>Upsample, and Resize of the same time, take the next pixel where an axis becomes shorter.</summary>
    [Fact]
    public void OldOperators()
    {
        var random = new Random(9);
        var comparison = new RuntimeComparison();
        for (int i = 0; i < 40; i++)
        {
            int[] dims = [1, random.Next(1, 4), Side(random), Side(random)];
            long opset = new[] { 7, 9, 10, 10 }[i % 4];
            var model = new TestModel(opset, dims);
            float Factor(int side) => Scale(random, side) is var s && opset < 10 ? Math.Max(1, s) : s;
            foreach (string mode in new[] { "nearest", "linear", "nearest" })
            {
                float[] scales = [1, 1, Factor(dims[2]), Factor(dims[3])];
                AttributeProto[] attributes = [ModelBuilder.Text("mode", mode), .. opset == 7 ? [TestModel.Floats("scales", scales)] : Array.Empty<AttributeProto>()];
                model.Output(model.Node(opset < 10 ? "Upsample" : "Resize", opset == 7 ? ["x"] : ["x", model.Constant(scales, 4)], attributes));
            }

            comparison.Add($"opset {opset}, model {i}", model, Values(random, dims), 0, Direct, 0);
        }

        comparison.Check();
    }

    private static int Side(Random random) => random.Next(4) == 0 ? random.Next(1, 5) : random.Next(5, 48);

    /// <summary>A scale that leaves at least one pixel; many a fraction that no sum of few powers of two is.</summary>
    private static float Scale(Random random, int side)
    {
        float scale = random.Next(4) switch
        {
            0 => (float)random.Next(1, 10) / random.Next(1, 10),
            1 => random.Next(1, 30) / 10f,
            2 => random.Next(1, 4),
            _ => 0.1f + (random.NextSingle() * 2.5f),
        };
        return scale * side >= 1 ? scale : 1.5f;
    }

    private static float[] Values(Random random, int[] dims) =>
        [.. Enumerable.Range(0, dims.Aggregate(1, (a, b) => a * b)).Select(_ => (random.NextSingle() * 2) - 1)];

    private static string Text(float[] scales) => string.Join(" × ", scales[2..].Select(s => s.ToString("R", CultureInfo.InvariantCulture)));
}
