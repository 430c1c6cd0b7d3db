using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using NetGen.Onnx;
using NetGen.Onnx.Protos;
using NetGen.Runtime;
using NetGen.Tests.Golden;
using NetGen.Tool;
using Xunit;

namespace NetGen.Tests.Tool;

/// <summary>What <c>check</c> compares, with which sample, and what it says.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-tool").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("log")]
    [InlineData("sqrt")]
    [InlineData("pow_half")]
    public void NaNOnBothSidesIsEqual(string name)
    {
        string model = ToolRun.Case(name + ".onnx");
        string text = ToolRun.Succeed("check", model);
        Assert.Contains("equal", text, StringComparison.Ordinal);
        Assert.Contains("NaN or infinite on both sides", text, StringComparison.Ordinal);

        text = ToolRun.Succeed("check", model, "--range", "1,2");
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public void RangesAreThoseOfTheSampleThatImportWrites()
    {
        ToolRun.Succeed("import", ToolRun.Case("System.onnx"), "-o", folder, "--name", "Model", "--range", "100,255");
        float[] input = Golden();
        Assert.All(input, v => Assert.InRange(v, 100, 255));
        Assert.True(input.Max() - input.Min() > 100);
    }

    [Fact]
    public void SamplesComeFromFiles()
    {
        string model = ToolRun.Case("System.onnx");
        Shape shape = OnnxImporter.Import(model, new OnnxImportOptions()).Input;
        float[] values = [.. Enumerable.Range(0, shape.Length).Select(i => i - 40f)];
        int[] dims = [1, shape.Channels, shape.Height, shape.Width];
        var weights = new MemoryWeights("sample");
        weights.Add("anything", values, dims);
        string safetensors = Path.Combine(folder, "a.safetensors");
        Safetensors.Save(safetensors, weights);
        var proto = new TensorProto { DataType = (int)TensorProto.Types.DataType.Float };
        proto.Dims.AddRange(dims.Select(d => (long)d));
        proto.FloatData.AddRange(values);
        foreach (string file in new[]
        {
            safetensors,
            Write("a.pb", proto.ToByteArray()),
            Write("f4.npy", NumPy("<f4", dims, false, values, v => BitConverter.GetBytes(v))),
            Write("i2.npy", NumPy("<i2", dims, false, values, v => BitConverter.GetBytes((short)v))),
            Write("f8.npy", NumPy(">f8", dims[1..], false, values, v => [.. BitConverter.GetBytes((double)v).Reverse()])),
            Write("fortran.npy", NumPy("<f4", dims, true, FortranOrder(values, shape), v => BitConverter.GetBytes(v))),
        })
        {
            ToolRun.Succeed("import", model, "-o", folder, "--name", "Model", "--sample", file);
            Assert.Equal(values, Golden());
            Assert.Contains("equal", ToolRun.Succeed("check", model, "--sample", file), StringComparison.Ordinal);
        }

        int[] other = [dims[0], dims[2], dims[3], dims[1]];
        string turned = Write("turned.npy", NumPy("<f4", other, false, values, v => BitConverter.GetBytes(v)));
        Assert.Contains($"has the shape [{string.Join(", ", other)}]", ToolRun.Fail("check", model, "--sample", turned), StringComparison.Ordinal);
        string text = Write("text.npy", NumPy("<U1", dims, false, values, v => BitConverter.GetBytes(v)));
        Assert.Contains("U1", ToolRun.Fail("check", model, "--sample", text), StringComparison.Ordinal);
        string truncated = Write("truncated.npy", File.ReadAllBytes(Path.Combine(folder, "f4.npy"))[..^1]);
        Assert.Contains("should have", ToolRun.Fail("check", model, "--sample", truncated), StringComparison.Ordinal);
    }

    [Fact]
    public void PicturesAreSamplesOfTheirSize()
    {
        // Red, green; blue, white: a file of the least that PNG allows, without compression.
        byte[] pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
        string picture = Write("a.png", Png(2, 2, pixels));
        foreach ((string model, Func<int, int, int> place) in new (string, Func<int, int, int>)[]
        {
            (Model("first", 1, 3, 2, 2), (pixel, channel) => (channel * 4) + pixel),
            (Model("last", 1, 2, 2, 3), (pixel, channel) => (pixel * 3) + channel),
        })
        {
            ToolRun.Succeed("import", model, "-o", folder, "--name", "Model", "--sample", picture, "--range", "-1,1", "--force");
            float[] input = Golden();
            for (int i = 0; i < pixels.Length; i++)
            {
                Assert.Equal(pixels[i] == 0 ? -1 : 1, input[place(i / 3, i % 3)]);
            }
        }

        Assert.Contains("has 2×2 pixels", ToolRun.Fail("check", ToolRun.Case("System.onnx"), "--sample", picture), StringComparison.Ordinal);
        string damaged = Write("damaged.png", [.. Png(2, 2, pixels).Take(45)]);
        Assert.Contains("damaged", ToolRun.Fail("check", Model("first", 1, 3, 2, 2), "--sample", damaged), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relu1", 2, "All 1 layers that could be compared agree when computed one by one; only the fused kernels do not.")]
    [InlineData("relu1", 3, "The 1 layers that could be compared, of 2, agree when computed one by one; the others are not values of the model.")]
    [InlineData("other", 2, "No layer could be compared, as none of the class's is a value of the model.")]
    [InlineData("sqrt1", 2, "They part at layer 'sqrt1' (Sqrt), which is 'v' in the model: the error is 1.")]
    public void FusedKernelsAreBlamedWhereLayersWereCompared(string compared, float observed, string expected)
    {
        // ONNX Runtime gives 1 in the middle and 2 at the end, and the network, layer by layer, 2 after sqrt1 and 1 after relu1.
        var sample = new Sample([0], new Dictionary<string, float[]> { ["v"] = [1] }, [[2]], TensorElementType.Float);
        Assert.Equal(expected, Checking.FirstDifference(new TwoLayers(observed), new Dictionary<string, string> { [compared] = "v" }, sample, 1e-4));
    }

    /// <summary>A network of two layers that gives 2 and 1, and then something.</summary>
    private sealed class TwoLayers(float observed) : LoadedNetwork(() => throw new NotSupportedException())
    {
        public override NetworkInfo Info { get; } = new()
        {
            Name = "TwoLayers",
            Input = new Shape(1),
            Output = new Shape(1),
            Layers =
            [
                new LayerInfo { Name = "sqrt1", Kind = "Sqrt", Input = new Shape(1), Output = new Shape(1) },
                new LayerInfo { Name = "relu1", Kind = "ReLU", Input = new Shape(1), Output = new Shape(1) },
            ],
        };

        public override IWeightSource Weights => throw new NotSupportedException();

        public override NetworkEngine Engine => throw new NotSupportedException();

        public override void Forward(float[] input, float[] output) => output[0] = 5;

        public override void Forward(float[] input, float[] output, LayerObserver observer)
        {
            observer(Info.Layers[0], [2]);
            observer(Info.Layers[1], [1]);
            output[0] = observed;
        }
    }

    [Fact]
    public void Outputs_OfDifferentSizes_AreEachMeasuredByItsOwnLargestValue()
    {
        var sample = new Sample([0], new Dictionary<string, float[]>(), [[1000, 10], [1]], TensorElementType.Float);
        Assert.Equal((0.5, 0), OutputComparison.Of(sample, [1000, 10, 1.5f]));
        Assert.Equal((0.25, 0), OutputComparison.Of(sample, [750, 10, 1]));
    }

    [Fact]
    public void TheFirstLayerThatDiffersIsNamed()
    {
        string lenet = Path.Combine(folder, "lenet.onnx");
        OnnxExporter.Export(LeNet5.Random(5), lenet);
        (int code, string text) = ToolRun.Run("check", lenet, "--bound", "0");
        Assert.Equal(1, code);
        Assert.Contains("part at layer 'conv1'", text, StringComparison.Ordinal);
        Assert.DoesNotContain("fused kernels", text, StringComparison.Ordinal);
    }

    private static float[] FortranOrder(float[] values, Shape shape) =>
    [
        .. from x in Enumerable.Range(0, shape.Width)
           from y in Enumerable.Range(0, shape.Height)
           from c in Enumerable.Range(0, shape.Channels)
           select values[(((c * shape.Height) + y) * shape.Width) + x],
    ];

    private static byte[] NumPy(string type, int[] dims, bool isFortran, float[] values, Func<float, byte[]> bytes)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {isFortran}, 'shape': ({string.Join(", ", dims)},), }}";
        header = header.PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. values.SelectMany(bytes)];
    }

    private static byte[] Png(int width, int height, byte[] pixels)
    {
        byte[] rows = [.. Enumerable.Range(0, height).SelectMany(y => (byte[])[0, .. pixels.Skip(y * width * 3).Take(width * 3)])];
        (uint a, uint b) = (1, 0);
        foreach (byte value in rows)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        byte[] length = BitConverter.GetBytes((ushort)rows.Length);
        byte[] data = [0x78, 1, 1, .. length, .. length.Select(l => (byte)~l), .. rows, .. BigEndian((b << 16) | a)];
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n',
            .. Chunk("IHDR", [.. BigEndian((uint)width), .. BigEndian((uint)height), 8, 2, 0, 0, 0]),
            .. Chunk("IDAT", data),
            .. Chunk("IEND", []),
        ];

        static byte[] Chunk(string kind, byte[] content)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(kind), .. content];
            uint crc = uint.MaxValue;
            foreach (byte value in body)
            {
                crc ^= value;
                for (int i = 0; i < 8; i++)
                {
                    crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
                }
            }

            return [.. BigEndian((uint)content.Length), .. body, .. BigEndian(~crc)];
        }

        static byte[] BigEndian(uint value) => [.. BitConverter.GetBytes(value).Reverse()];
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private float[] Golden()
    {
        IWeightSource golden = Safetensors.Open(Path.Combine(folder, "Model.golden.safetensors"));
        Assert.True(golden.TryGetTensor("input", out TensorInfo? tensor));
        var input = new float[tensor.Length];
        golden.Read("input", input);
        return input;
    }

    /// <summary>A model that takes an image of some dimensions.</summary>
    private string Model(string name, params long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        ValueInfoProto Info(string value) => new()
        {
            Name = value, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
        var node = new NodeProto { OpType = "Relu" };
        node.Input.Add("x");
        node.Output.Add("y");
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = name, Input = { Info("x") }, Output = { Info("y") }, Node = { node } } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        return Write(name + ".onnx", model.ToByteArray());
    }
}
