using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using NetGen.Onnx;
using NetGen.Tests.Golden;
using NetGen.Tests.Onnx;
using Xunit;

namespace NetGen.Tests.Tool;

/// <summary>What <c>netgen import</c> writes is what <c>[Golden]</c> takes: from the model's file to a self-test that passes.</summary>
public sealed class ImportedGoldenTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netgen-golden").FullName;
    private readonly List<string> beside = [];

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        beside.ForEach(File.Delete);
    }

    [Fact]
    public void TheSelfTestOfAnImportedModelPasses()
    {
        byte[] leNet = Export<LeNet5>();
        (string Name, byte[] Model)[] models =
        [
            ("ImportedImage", leNet),
            ("ImportedImages", Export<ConvStack>(batch: 3)),
            ("ImportedVector", Vector()),
            ("ImportedRows", Rows()),
            ("ImportedOutputs", TwoOutputs()),
        ];
        var sources = new List<string>();
        var headers = new List<(string Path, string Text)>();
        foreach ((string name, byte[] model) in models)
        {
            string path = Path.Combine(folder, name + ".onnx");
            File.WriteAllBytes(path, model);
            (int code, string text) = ToolRun.Run("import", path, "-o", folder, "--namespace", "ImportedGolden");
            Assert.True(code == 0, text);
            string golden = name + ".golden.safetensors";
            sources.Add(File.ReadAllText(Path.Combine(folder, name + ".cs"))
                .Replace("[Network]", $"[Network]\n[Weights(\"{name}.safetensors\")]\n[Golden(\"{golden}\")]", StringComparison.Ordinal));
            headers.Add(Header(name + ".safetensors"));
            headers.Add(Header(golden));
            beside.Add(Path.Combine(AppContext.BaseDirectory, golden));
            File.Copy(Path.Combine(folder, golden), beside[^1], overwrite: true);
        }

        Assembly assembly = ImportedClasses.CompileChecked(sources, headers);
        foreach ((string name, _) in models)
        {
            Type type = assembly.GetType("ImportedGolden." + name, throwOnError: true)!;
            object network = type.GetMethod("Load", [typeof(string)])!.Invoke(null, [Path.Combine(folder, name + ".safetensors")])!;
            MethodInfo test = type.GetMethod("SelfTest")!;
            var result = (SelfTestResult)test.Invoke(network, BindingFlags.DoNotWrapExceptions, null, [.. test.GetParameters().Select(p => p.DefaultValue)], null)!;
            Assert.True(result.Passed, result.ToString());
        }
    }

    /// <summary>What the build reads of a safetensors file.</summary>
    private (string Path, string Text) Header(string file)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, file));
        return (file + ".header.json", Encoding.UTF8.GetString(bytes, 8, (int)BitConverter.ToInt64(bytes)));
    }

    private static byte[] Export<TNetwork>(int batch = 1)
        where TNetwork : INetwork<TNetwork>
    {
        using var stream = new MemoryStream();
        OnnxExporter.Export(TNetwork.Info, TNetwork.Random(5).Weights, stream, batch);
        return stream.ToArray();
    }

    private static byte[] Vector()
    {
        var model = new SmallModel(1, 7);
        model.Node("", "Relu", [model.Node("", "MatMul", ["x", model.Tensor("w", 7, 3)])]);
        return model.Build(1, 3);
    }

    /// <summary>A model whose first axis is no batch: it looks along it.</summary>
    private static byte[] Rows()
    {
        var model = new SmallModel(5, 7);
        string x = model.Node("", "Softmax", ["x"], SmallModel.Int("axis", 0));
        model.Node("", "MatMul", [x, model.Tensor("w", 7, 3)]);
        return model.Build(5, 3);
    }

    private static byte[] TwoOutputs()
    {
        var model = new SmallModel(1, 3, 8, 8);
        string x = model.Node("", "Conv", ["x", model.Tensor("w", 4, 3, 3, 3)]);
        model.Output(x, 1, 4, 6, 6);
        model.Node("", "Relu", [x]);
        return model.Build(1, 4, 6, 6);
    }
}
