using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Forward;

/// <summary>Streaming convolutions give, for a sequence in pieces, what causal ones give for the whole.</summary>
public sealed class StreamingTests
{
    private const int Pieces = 6;

    [Fact]
    public void Session_ASequenceInPieces_GivesWhatTheWholeGives()
    {
        WholeSound whole = WholeSound.Random(5);
        SoundPiece network = SoundPiece.Load(whole.Weights);
        Assert.Equal(2, SoundPiece.Info.Inputs.Count(i => i.Next == "conv1.next" || i.Next == "dwconv1.next"));
        SoundPiece.Session[] sessions = [.. Enumerable.Range(0, 3).Select(_ => network.CreateSession())];
        foreach (int round in Enumerable.Range(0, 2))
        {
            for (int s = 0; s < sessions.Length; s++)
            {
                float[] sound = GoldenWeights.Input(2 * 8 * Pieces, $"sound {s} {round}");
                float[] expected = whole.Forward(sound);
                var found = new float[expected.Length];
                for (int piece = 0; piece < Pieces; piece++)
                {
                    float[] output = new float[3 * 4];
                    sessions[s].Forward(Part(sound, 2, 8, piece), output);
                    for (int c = 0; c < 3; c++)
                    {
                        output.AsSpan(4 * c, 4).CopyTo(found.AsSpan((4 * Pieces * c) + (4 * piece)));
                    }
                }

                GoldenData.AssertClose(found, expected);
                sessions[s].Reset();
            }
        }
    }

    /// <summary>Some elements of each channel.</summary>
    private static float[] Part(float[] sequence, int channels, int length, int piece) =>
        [.. Enumerable.Range(0, channels).SelectMany(c => sequence.Skip((sequence.Length / channels * c) + (piece * length)).Take(length))];
}

[Network]
[Input(2, 48)]
[Conv1D(7, 5, Dilation = 3, Causal = true)]
[Tanh]
[DepthwiseConv1D(4, Stride = 2, PaddingLeft = 2)]
[Conv1D(3, 1)]
internal sealed partial class WholeSound;

[Network]
[Input(2, 8)]
[Conv1D(7, 5, Dilation = 3, Streaming = true)]
[Tanh]
[DepthwiseConv1D(4, Stride = 2, Streaming = true)]
[Conv1D(3, 1)]
internal sealed partial class SoundPiece;
