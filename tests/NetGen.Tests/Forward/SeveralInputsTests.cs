using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using NetGen.Onnx;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Forward;

/// <summary>Networks of several inputs, of inputs that are no floats, and of states.</summary>
public sealed class SeveralInputsTests
{
    private readonly Pair pair = Pair.Random(1);

    [Fact]
    public void ForwardWithSpans_SeveralInputsAndOutputs_GivesWhatForwardOfAllInOneGives()
    {
        float[] image = Values(18, 1), place = Values(3, 2);
        float[] expected = pair.Forward([.. image, .. place]);
        float[] features = new float[5], logits = new float[2];
        pair.Forward(image, place, features, logits);
        Assert.Equal(expected, features.Concat(logits));
    }

    [Fact]
    public void ForwardWithSpans_WrongLength_NamesTheParameter()
    {
        ArgumentException input = Assert.Throws<ArgumentException>("placeInput", () => pair.Forward(new float[18], new float[4], new float[5], new float[2]));
        Assert.Contains("The input has 4 values, but the network takes 3.", input.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("fc2Output", () => pair.Forward(new float[18], new float[3], new float[5], new float[3]));
    }

    [Fact]
    public void Info_SeveralInputs_NamesThem()
    {
        Assert.Equal([("image", 18), ("place", 3)], Pair.Info.Inputs.Select(i => (i.Name, i.Shape.Length)));
        Assert.Equal(21, Pair.InputLength);
        Assert.Equal(["flatten1", "place"], Pair.Info["concat1"].Sources.AsEnumerable());
        Assert.Equal("input", Assert.Single(Small.Info.Inputs).Name);
    }

    [Fact]
    public void Pictures_SeveralInputsAndStates_ShowAll()
    {
        string chart = Listener.Info.ToMermaid();
        Assert.Contains("in([\"input 4\"])", chart, StringComparison.Ordinal);
        Assert.Contains("in2([\"memory 8\"])", chart, StringComparison.Ordinal);
        Assert.Contains("n2 -.-> in2", chart, StringComparison.Ordinal);
        Assert.Contains("8, then next", Listener.Info.ToSvg(), StringComparison.Ordinal);
        Assert.Contains(">place<", Pair.Info.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void Export_SeveralInputs_RunsInOnnxRuntime()
    {
        float[] image = Values(18, 1), place = Values(3, 2);
        using var model = new MemoryStream();
        OnnxExporter.Export(Pair.Info, pair.Weights, model, batch: 1);
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(model.ToArray(), options);
        using var first = OrtValue.CreateTensorValueFromMemory(image, [1, 2, 3, 3]);
        using var second = OrtValue.CreateTensorValueFromMemory(place, [1, 3]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, ["image", "place"], [first, second], session.OutputNames);
        GoldenData.AssertClose([.. results.SelectMany(r => r.GetTensorDataAsSpan<float>().ToArray())], pair.Forward([.. image, .. place]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(37)]
    public void ForwardWithSpans_IntegersAndBytes_AreConverted(int seed)
    {
        var random = new Random(seed);
        int[] tokens = [.. Enumerable.Range(0, 21).Select(_ => random.Next(-70_000, 70_000))];
        byte[] picture = new byte[37];
        random.NextBytes(picture);
        float[] all = [.. tokens.Select(t => (float)t), .. picture.Select(p => (float)p)];
        Typed network = Typed.Random(seed);
        float[] output = new float[4];
        network.Forward(tokens, picture, output);
        Assert.Equal(network.Forward(all), output);
    }

    [Fact]
    public void Session_EachCall_TakesTheStateThatTheOneBeforeLeft()
    {
        Listener network = Listener.Random(3);
        Listener.Session session = network.CreateSession();
        float[] memory = new float[8], output = new float[2];
        for (int call = 0; call < 20; call++)
        {
            float[] sample = Values(4, call);
            session.Forward(sample, output);
            float[] all = network.Forward([.. sample, .. memory]);
            Assert.Equal(all.Take(2), output);
            memory = all[2..];
            Assert.Equal(memory, session.GetState("memory").ToArray());
        }

        Assert.NotEqual(new float[8], memory);
        session.Reset();
        Assert.Equal(new float[8], session.GetState("memory").ToArray());
        session.Forward(Values(4, 0), output);
        Assert.Equal(network.Forward([.. Values(4, 0), .. new float[8]])[..2], output);
    }

    [Fact]
    public void Sessions_OfOneNetwork_DoNotShareStates()
    {
        Listener network = Listener.Random(3);
        Listener.Session[] sessions = [.. Enumerable.Range(0, 10).Select(_ => network.CreateSession())];
        float[][] together = [.. sessions.Select(_ => new float[2])];
        for (int call = 0; call < 5; call++)
        {
            for (int s = 0; s < sessions.Length; s++)
            {
                sessions[s].Forward(Values(4, (100 * s) + call), together[s]);
            }
        }

        for (int s = 0; s < sessions.Length; s++)
        {
            Listener.Session alone = network.CreateSession();
            float[] output = new float[2];
            for (int call = 0; call < 5; call++)
            {
                alone.Forward(Values(4, (100 * s) + call), output);
            }

            Assert.Equal(output, together[s]);
        }
    }

    [Fact]
    public void Session_StateOfAnOutput_IsBoth()
    {
        Counter.Session session = Counter.Random(1).CreateSession();
        float[] output = new float[2];
        session.GetState("count").Fill(5);
        session.Forward([1, 10], output);
        session.Forward([1, 10], output);
        Assert.Equal(new float[] { 7, 25 }, output);
        Assert.Equal(output, session.GetState("count").ToArray());
        Assert.Equal(2, Counter.OutputLength);
    }

    [Fact]
    public void Session_UnknownState_NamesThoseThereAre()
    {
        KeyNotFoundException exception = Assert.Throws<KeyNotFoundException>(() => _ = Listener.Random(1).CreateSession().GetState("h"));
        Assert.Contains("no state \"h\", but memory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForwardOfSpansAndSessions_AllocateNothing()
    {
        float[] image = Values(18, 1), place = Values(3, 2), features = new float[5], logits = new float[2], sample = Values(4, 1);
        Listener.Session session = Listener.Random(3).CreateSession();
        for (int i = 0; i < 2; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            pair.Forward(image, place, features, logits);
            session.Forward(sample, logits);
            Assert.True(i == 0 || GC.GetAllocatedBytesForCurrentThread() == before);
        }
    }

    private static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}

[Network]
[Input("image", 2, 3, 3)]
[Input("place", 3)]
[Conv2D(2, 2, From = "image")]
[Flatten]
[Concat("flatten1", "place")]
[Dense(5)]
[Tanh]
[Dense(2)]
[Output("tanh1")]
[Output("fc2")]
internal sealed partial class Pair;

[Network]
[Input("tokens", 3, 7, Type = InputType.Int32)]
[Input("picture", 37, Type = InputType.Byte)]
[Flatten(From = "tokens")]
[Concat("flatten1", "picture")]
[Dense(4)]
internal sealed partial class Typed;

[Network]
[Input(4)]
[State("memory", "next", 8)]
[Concat("input", "memory")]
[Dense(8)]
[Tanh(Name = "next")]
[Dense(2)]
internal sealed partial class Listener;

[Network]
[Input(2)]
[State("count", "add1", 2)]
[Add("input", "count")]
internal sealed partial class Counter;
