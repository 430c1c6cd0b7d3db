using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using NetGen.Onnx;
using NetGen.Onnx.Import;
using NetGen.Onnx.Protos;
using NetGen.Tests.Golden;
using NetGen.Tests.Tool;
using Xunit;

namespace NetGen.Tests.Onnx;

using DataType = TensorProto.Types.DataType;

/// <summary>Models that take again what they gave: which inputs become states, and that sessions compute what ONNX Runtime does, call by call.</summary>
public sealed class StateImportTests
{
    [Theory]
    [InlineData("h", "hn", true)]
    [InlineData("c", "cn", true)]
    [InlineData("h0", "hn", true)]
    [InlineData("h_0", "h_n", true)]
    [InlineData("state", "stateN", true)]
    [InlineData("state", "state_out", true)]
    [InlineData("state", "new_state", true)]
    [InlineData("state", "next_state", true)]
    [InlineData("state_1", "new_state_1", true)]
    [InlineData("past_key_values.0.key", "present.0.key", true)]
    [InlineData("past_conv", "present_conv", true)]
    [InlineData("cache_in", "cache_out", true)]
    [InlineData("input_state", "output_state", true)]
    [InlineData("lstm/hidden_in:0", "lstm/hidden_out:0", true)]
    [InlineData("inState", "outState", true)]
    [InlineData("state", "state", false)]
    [InlineData("state_1", "new_state_2", false)]
    [InlineData("past.0.key", "present.0.value", false)]
    [InlineData("h", "cn", false)]
    [InlineData("image", "image_out", false)]
    [InlineData("x", "xn", false)]
    [InlineData("input", "output", false)]
    [InlineData("", "n", false)]
    public void NamesOfPairs(string input, string output, bool isPair) => Assert.Equal(isPair, StatePairs.AreOne(input, output));

    [Fact]
    public void AStateIsFoundByItsName()
    {
        ImportedNetwork network = OnnxImporter.Import(Cell("h", "hn").Bytes, new OnnxImportOptions());
        Assert.Equal([("x", null), ("h", "hn")], network.Inputs.Select(i => (i.Name, i.Next)));
        Assert.Equal(["y", "hn"], network.Outputs.Select(o => o.Name));
        string code = network.ToCode("Net");
        Assert.Contains("[Input(4)]\n[State(\"h\", \"tanh1\", 3)]\n[Concat(\"h\")]", code, StringComparison.Ordinal);

        // What was said comes first, and nothing is found where it shall not.
        Assert.All(OnnxImporter.Import(Cell("h", "hn").Bytes, new OnnxImportOptions { FindsStates = false }).Inputs, i => Assert.Null(i.Next));
        Assert.All(OnnxImporter.Import(Cell("a", "b").Bytes, new OnnxImportOptions()).Inputs, i => Assert.Null(i.Next));
        Assert.Equal("b", OnnxImporter.Import(Cell("a", "b").Bytes, With(o => o.AddState("a", "b"))).Inputs[1].Next);

        // Shapes and types that differ leave a doubt.
        GraphBuilder wide = new GraphBuilder().Input("x", 1, 4).Input("h", 1, 3).Output("hn").Output("y").Node("Concat", "x h", "hn", ("axis", 1)).Node("Neg", "x", "y");
        Assert.All(OnnxImporter.Import(wide.Bytes, new OnnxImportOptions()).Inputs, i => Assert.Null(i.Next));
        GraphBuilder typed = new GraphBuilder().Input("x", 1, 3).Input("h", DataType.Int64, 1, 3).Output("hn").Node("Cast", "h", "f", ("to", 1)).Node("Add", "x f", "hn");
        Assert.All(OnnxImporter.Import(typed.Bytes, new OnnxImportOptions()).Inputs, i => Assert.Null(i.Next));

        // A network of states alone would take nothing.
        GraphBuilder alone = new GraphBuilder().Input("h", 1, 3).Output("hn").Node("Neg", "h", "hn");
        Assert.Null(Assert.Single(OnnxImporter.Import(alone.Bytes, new OnnxImportOptions()).Inputs).Next);
    }

    [Fact]
    public void ContradictionsSaySo()
    {
        GraphBuilder cell = Cell("h", "hn");
        Says("The model has no input 'q'.", With(o => o.AddState("q", "hn")));
        Says("Nothing gives the output 'q'.", With(o => o.AddState("h", "q")));
        Says("The state 'h' has the shape [1, 3], and 'y', which it is in the next call, [1, 2].", With(o => o.AddState("h", "y")));
        Says("All inputs of the network are states.", With(o =>
        {
            o.AddConstant("x=1");
            o.AddState("h", "hn");
        }));
        Says("'h' is to be a state, and given a value once and for all.", With(o =>
        {
            o.AddConstant("h=1");
            o.AddState("h", "hn");
        }));
        Assert.Contains("'hn' in the next call, and 'y'", Assert.Throws<OnnxException>(() => With(o =>
        {
            o.AddState("h", "hn");
            o.AddState("h", "y");
        })).Message, StringComparison.Ordinal);

        void Says(string expected, OnnxImportOptions options)
        {
            string message = Assert.Throws<OnnxException>(() => OnnxImporter.Import(cell.Bytes, options)).Message;
            Assert.Contains(expected, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    /// <summary>Sessions of all kinds of states against ONNX Runtime, whose outputs are given to it again by hand.</summary>
    [Fact]
    public void SessionsComputeWhatOnnxRuntimeDoesCallByCall()
    {
        GraphBuilder both = new GraphBuilder().Input("x", 1, 3).Input("h", 1, 3).Output("hn").Node("Add", "x h", "s").Node("Tanh", "s", "hn");
        GraphBuilder image = new GraphBuilder().Input("x", 1, 2, 4, 4).Input("cache_in", 1, 2, 4, 4).Output("y").Output("cache_out").Random("w", 3, 4, 3, 3)
            .Node("Concat", "cache_in x", "j", ("axis", 1)).Node("Conv", "j w", "y").Node("Identity", "x", "cache_out");
        GraphBuilder shifted = new GraphBuilder().Input("x", 1, 2).Input("past", 1, 6).Output("y").Output("present").Random("w", 8, 3).List("from", 2).List("to", 8).List("axis", 1)
            .Node("Concat", "past x", "all", ("axis", 1)).Node("Slice", "all from to axis", "present").Node("MatMul", "all w", "y");

        // The state is a vector where it is taken, and an image where it is given.
        GraphBuilder forms = new GraphBuilder().Input("x", 1, 2, 3, 3).Input("h", 1, 2, 3, 3).Output("y").Output("hn").Random("w", 2, 2, 3, 3).Random("d", 18, 5).List("flat", 1, 18)
            .Node("Conv", "x w", "c", ("pads", new long[] { 1, 1, 1, 1 })).Node("Tanh", "c", "hn").Node("Reshape", "h flat", "f").Node("MatMul", "f d", "y");
        GraphBuilder two = new GraphBuilder().Input("c", 1, 3).Input("h", 1, 3).Input("x", 1, 3).Output("cn").Output("y").Output("hn").Node("Mul", "h x", "a").Node("Add", "a c", "cn")
            .Node("Sigmoid", "cn", "hn").Node("Sub", "hn x", "y");
        (string Name, GraphBuilder Graph, OnnxImportOptions Options)[] models =
        [
            ("Both", both, new OnnxImportOptions()),
            ("Cell", Cell("h", "hn"), new OnnxImportOptions()),
            ("Chosen", Cell("h", "hn"), new OnnxImportOptions { Outputs = ["hn", "y"] }),
            ("Said", Cell("a", "b"), With(o => o.AddState("a", "b"))),
            ("Image", image, new OnnxImportOptions()),
            ("Shifted", shifted, new OnnxImportOptions()),
            ("Forms", forms, new OnnxImportOptions()),
            ("Two", two, new OnnxImportOptions()),
        ];
        ImportedNetwork[] networks = [.. models.Select(m => OnnxImporter.Import(m.Graph.Bytes, m.Options))];
        Assembly assembly = ImportedClasses.Compile(models.Zip(networks, (m, n) => n.ToCode(m.Name, "Stateful").Replace("[Network]", "[Network(Simd = SimdTiers.Vector256)]", StringComparison.Ordinal)));
        for (int i = 0; i < models.Length; i++)
        {
            Assert.True(networks[i].Inputs.Any(input => input.Next is not null), models[i].Name);
            typeof(StateImportTests).GetMethod(nameof(Compare), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(assembly.GetType("Stateful." + models[i].Name, throwOnError: true)!)
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [networks[i], models[i].Graph.Bytes], null);
        }
    }

    [Fact]
    public void CheckAndImportRunSeveralCalls()
    {
        string folder = Directory.CreateTempSubdirectory("netgen-state").FullName;
        try
        {
            string model = Path.Combine(folder, "cell.onnx");
            File.WriteAllBytes(model, Cell("a", "b").Bytes);
            Assert.Contains("outputs in 4 calls", ToolRun.Succeed("check", model, "--state", "a=b"), StringComparison.Ordinal);
            Assert.DoesNotContain("calls", ToolRun.Succeed("check", model), StringComparison.Ordinal);
            Assert.Contains("a becomes b from call to call", ToolRun.Succeed("import", model, "-o", folder, "--state", "a=b"), StringComparison.Ordinal);
            Assert.Contains("[State(\"a\"", File.ReadAllText(Path.Combine(folder, "Cell.cs")), StringComparison.Ordinal);
            Assert.Contains("Write it as h=hn", ToolRun.Fail("check", model, "--state", "a"), StringComparison.Ordinal);
            File.WriteAllBytes(model, Cell("h", "hn").Bytes);
            Assert.Contains("outputs in 4 calls", ToolRun.Succeed("check", model), StringComparison.Ordinal);
            Assert.DoesNotContain("calls", ToolRun.Succeed("check", model, "--no-state"), StringComparison.Ordinal);

            // Samples of several inputs have names.
            string values = Path.Combine(folder, "x.safetensors");
            var weights = new MemoryWeights("sample");
            weights.Add("v", [1, 2, 3, 4], [1, 4]);
            Safetensors.Save(values, weights);
            Assert.Contains($"--sample x={values}", ToolRun.Fail("check", model, "--sample", values), StringComparison.Ordinal);
            Assert.Contains("takes no 'q'", ToolRun.Fail("check", model, "--sample", "q=" + values), StringComparison.Ordinal);
            Assert.Contains("the model's input 'h' [1, 3]", ToolRun.Fail("check", model, "--sample", "h=" + values), StringComparison.Ordinal);
            ToolRun.Succeed("import", model, "-o", folder, "--force", "--sample", "x=" + values);
            IWeightSource golden = Safetensors.Open(Path.Combine(folder, "Cell.golden.safetensors"));
            var input = new float[7];
            golden.Read("input", input);
            Assert.Equal([1f, 2, 3, 4], input[..4]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ShapesOfSeveralInputsAreGivenByName()
    {
        string folder = Directory.CreateTempSubdirectory("netgen-shapes").FullName;
        try
        {
            string model = Path.Combine(folder, "open.onnx");
            File.WriteAllBytes(model, new GraphBuilder().Input("a", 1, -1).Input("b", 1, -1).Output("y").Node("Concat", "a b", "y", ("axis", 1)).Bytes);
            Assert.Contains("equal", ToolRun.Succeed("check", model, "--input-shape", "a=1,4", "--input-shape", "b=1,3"), StringComparison.Ordinal);
            Assert.Contains("--input-shape a=1,4", ToolRun.Fail("check", model, "--input-shape", "1,4"), StringComparison.Ordinal);
            Assert.Contains("given twice without a name", ToolRun.Fail("check", model, "--input-shape", "1,4", "--input-shape", "1,3"), StringComparison.Ordinal);
            Assert.Contains("'a=4,y' is no shape", ToolRun.Fail("check", model, "--input-shape", "a=4,y"), StringComparison.Ordinal);
            Assert.Contains("depend on the input 'b', too", ToolRun.Fail("check", model, "--input", "a"), StringComparison.Ordinal);
            Assert.Contains("equal", ToolRun.Succeed("check", model, "--input", "a", "--input", "b", "--input-shape", "a=1,4", "--input-shape", "b=1,3"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A recurrent cell that gives a result besides its next state.</summary>
    private static GraphBuilder Cell(string state, string next) => new GraphBuilder().Input("x", 1, 4).Input(state, 1, 3).Output("y").Output(next).Random("w", 7, 3).Random("v", 3, 2)
        .Node("Concat", $"x {state}", "j", ("axis", 1)).Node("MatMul", "j w", "m").Node("Tanh", "m", next).Node("MatMul", next + " v", "y");

    private static OnnxImportOptions With(Action<OnnxImportOptions> change)
    {
        var options = new OnnxImportOptions();
        change(options);
        return options;
    }

    private static void Compare<TNetwork>(ImportedNetwork network, byte[] model)
        where TNetwork : INetwork<TNetwork>
    {
        TNetwork instance = TNetwork.Load(network.Weights);
        var session = (NetworkSession)typeof(TNetwork).GetMethod("CreateSession")!.Invoke(instance, null)!;
        MethodInfo run = typeof(NetworkSession).GetMethod("Run", BindingFlags.NonPublic | BindingFlags.Instance)!;
        float[] inputs = Field("inputs"), outputs = Field("outputs");
        using var runtime = new InferenceSession(model);
        var random = new Random(3);
        Dictionary<string, float[]> states = network.Inputs.Where(i => i.Next is not null).ToDictionary(i => i.Name, i => new float[i.Shape.Length]);
        for (int call = 0; call < 5; call++)
        {
            var feeds = new Dictionary<string, OrtValue>();
            int start = 0;
            foreach (ImportedInput input in network.Inputs)
            {
                float[] values = states.TryGetValue(input.Name, out float[]? kept) ? kept : [.. Enumerable.Range(0, input.Shape.Length).Select(_ => (2 * random.NextSingle()) - 1)];
                if (kept is null)
                {
                    values.CopyTo(inputs, start);
                }

                feeds.Add(input.Name, OrtValue.CreateTensorValueFromMemory(values, [.. input.Dimensions.Select(d => (long)d)]));
                start += input.Shape.Length;
            }

            run.Invoke(session, null);
            using var settings = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> results = runtime.Run(settings, feeds, [.. network.Outputs.Select(o => o.Name)]);
            float[][] expected = [.. results.Select(r => r.GetTensorDataAsSpan<float>().ToArray())];
            GoldenData.AssertClose([.. expected.SelectMany(e => e)], outputs);
            foreach (ImportedInput input in network.Inputs.Where(i => i.Next is not null))
            {
                states[input.Name] = expected[network.Outputs.Select(o => o.Name).ToList().IndexOf(input.Next!)];
            }
        }

        float[] Field(string name) => (float[])typeof(NetworkSession).GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(session)!;
    }
}
