using System;
using System.Linq;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Forward;

/// <summary>A recurrent network that gets a sequence sample by sample gives what one gives that gets it whole.</summary>
public sealed class RecurrentSessionTests
{
    private const int Sessions = 10;

    [Fact]
    public void Sessions_SampleBySample_GiveWhatTheWholeSequenceGives()
    {
        WholeAudio whole = WholeAudio.Random(5);
        StreamedAudio streamed = StreamedAudio.Load(whole.Weights);
        float[][] sequences = [.. Enumerable.Range(0, Sessions).Select(s => GoldenWeights.Input(WholeAudio.InputLength, $"sequence{s}"))];
        StreamedAudio.Session[] sessions = [.. sequences.Select(_ => streamed.CreateSession())];
        var results = new float[Sessions][];
        for (int s = 0; s < Sessions; s++)
        {
            results[s] = new float[WholeAudio.OutputLength];
        }

        // All in turn: each has states of its own.
        int length = WholeAudio.InputLength / 2;
        var output = new float[6];
        for (int t = 0; t < length; t++)
        {
            for (int s = 0; s < Sessions; s++)
            {
                sessions[s].Forward([sequences[s][t], sequences[s][length + t]], output);
                for (int c = 0; c < output.Length; c++)
                {
                    results[s][(c * length) + t] = output[c];
                }
            }
        }

        for (int s = 0; s < Sessions; s++)
        {
            GoldenData.AssertClose(results[s], whole.Forward(sequences[s]));
        }

        // From the start again, it is the start's.
        sessions[3].Reset();
        sessions[3].Forward([sequences[3][0], sequences[3][length]], output);
        Assert.Equal(results[3].Where((_, i) => i % length == 0), output);
    }
}

[Network]
[Input(2, 1, 25)]
[GRU(9, Name = "gru")] [LSTM(5, Name = "lstm")] [RNN(6, Name = "rnn")]
internal sealed partial class WholeAudio;

[Network]
[Input("sample", 2, 1, 1)]
[State("g", "gru", 9, 1, 1)] [State("h", "hidden", 5, 1, 1)] [State("c", "cell", 5, 1, 1)] [State("r", "rnn", 6, 1, 1)]
[GRU(9, InitialState = "g", Name = "gru", From = "sample")]
[LSTM(5, InitialState = "h", InitialCell = "c", CellState = true, Name = "lstm")]
[Slice(5, 5, Name = "cell")] [Slice(0, 5, Name = "hidden", From = "lstm")]
[RNN(6, InitialState = "r", Name = "rnn")]
internal sealed partial class StreamedAudio;
