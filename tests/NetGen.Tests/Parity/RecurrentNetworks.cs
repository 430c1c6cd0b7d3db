extern alias generator;

using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Tests.Parity;

using LayerSyntax = generator::NetGen.Generator.Parsing.LayerSyntax;
using SimdTiers = generator::NetGen.Generator.Parsing.SimdTiers;
using static NetworkDraft;

/// <summary>
/// Recurrent layers at sizes that leave rests of vectors, tiles and rounds of a loop, over one step and many, with each of their arguments, and
/// each with every state before the first step that it may have.
/// </summary>
internal static class RecurrentNetworks
{
    private static readonly int[] Units = [1, 3, 4, 7, 8, 9, 16, 17, 33, 64];

    private static readonly int[] Lengths = [1, 2, 7, 30];

    public static IEnumerable<NetworkDraft> All =>
    [
        .. Sizes,

        // Vectors are one step; the features of what was an image lie otherwise in memory.
        Of("KnownRecurrentVector", Vector(5), Layer("GRU", ("hidden", 7)), Layer("LSTM", ("hidden", 12)), Layer("RNN", ("hidden", 3)), Layer("Dense", ("units", 2))),
        Of("KnownRecurrentImage", Image(3, 4, 5), Layer("Conv2D", ("filters", 6), ("kernel", 3)), Layer("Flatten"), Layer("LSTM", ("hidden", 9), ("CellState", true)), Layer("GRU", ("hidden", 5))),

        // States before the first step, as inputs, as layers, of an image and of vectors, and one that is a part of another map.
        Of(
            "KnownRecurrentStates",
            Layer("Input", ("name", "x"), ("channels", 3), ("height", 1), ("width", 7)),
            Layer("Input", ("name", "h"), ("features", 9)),
            Layer("Input", ("name", "c"), ("channels", 9), ("height", 1), ("width", 1)),
            Layer("LSTM", ("hidden", 9), ("InitialState", "h"), ("InitialCell", "c"), ("From", "x"), ("Name", "both")),
            Layer("LSTM", ("hidden", 9), ("InitialCell", "h"), ("CellState", true), ("From", "x"), ("Name", "cell")),
            Layer("LSTM", ("hidden", 9), ("InitialState", "c"), ("From", "x"), ("Name", "hidden")),
            Layer("LSTM", ("hidden", 9), ("InitialState", "c"), ("InitialCell", "h"), ("CellState", true), ("Reverse", true), ("From", "x"), ("Name", "given")),
            Layer("GRU", ("hidden", 9), ("InitialState", "h"), ("Reverse", true), ("From", "both"), ("Name", "gru")),
            Layer("GRU", ("hidden", 9), ("InitialState", "h"), ("ResetAfter", false), ("From", "gru"), ("Name", "before")),
            Layer("RNN", ("hidden", 9), ("InitialState", "c"), ("From", "before"), ("Name", "rnn")),
            Layer("Concat", ("names", "cell"), ("names", "given"), ("names", "hidden"), ("names", "rnn"))),
        Of(
            "KnownRecurrentParts",
            Layer("Input", ("name", "x"), ("channels", 4), ("height", 1), ("width", 1)),
            Layer("Input", ("name", "image"), ("channels", 2), ("height", 2), ("width", 2)),
            Layer("Input", ("name", "states"), ("features", 16)),
            Layer("Sigmoid", ("From", "image")),
            Layer("Conv2D", ("filters", 2), ("kernel", 1)),
            Layer("Flatten", ("Name", "flat")),
            Layer("Slice", ("start", 4), ("count", 8), ("From", "states"), ("Name", "part")),
            Layer("Slice", ("start", 13), ("count", 3), ("From", "states"), ("Name", "small")),
            Layer("GRU", ("hidden", 8), ("InitialState", "flat"), ("From", "x")),
            Layer("LSTM", ("hidden", 8), ("InitialState", "part"), ("InitialCell", "flat"), ("From", "x")),
            Layer("RNN", ("hidden", 3), ("InitialState", "small"), ("Nonlinearity", 1), ("From", "x"))),

        // A state of the network's own size that is an input alone, where nothing may be read after its end.
        Of(
            "KnownRecurrentSpans",
            Layer("Input", ("name", "x"), ("features", 1)),
            Layer("Input", ("name", "h"), ("features", 5)),
            Layer("GRU", ("hidden", 5), ("InitialState", "h"), ("From", "x"))),
    ];

    /// <summary>Every size and length that the three cells are to have been seen at, each with other arguments.</summary>
    private static IEnumerable<NetworkDraft> Sizes
    {
        get
        {
            for (int i = 0; i < Units.Length; i++)
            {
                int length = Lengths[i % Lengths.Length];
                string name = string.Create(CultureInfo.InvariantCulture, $"KnownRecurrent{Units[i]}");

                // The widest kernels are to run also where a machine would choose others.
                SimdTiers simd = i % 3 == 1 ? SimdTiers.Vector512 : SimdTiers.All;
                yield return Of(name, [Image(2 + i, 1, length), .. Cells(Units[i], i % 2 == 0)]) with { Simd = simd };
                yield return Of(name + "Long", [Image(11, 1, Lengths[(i + 2) % Lengths.Length]), .. Cells(Units[i], i % 2 == 1)]) with { Simd = simd };
            }
        }
    }

    /// <summary>Of a few units, a ReLU would leave none alive.</summary>
    private static IEnumerable<LayerSyntax> Cells(int hidden, bool isEven) => isEven
        ?
        [
            Layer("GRU", ("hidden", hidden)),
            Layer("LSTM", ("hidden", hidden), ("Bidirectional", true), ("Bias", false)),
            Layer("RNN", ("hidden", hidden), ("Reverse", true)),
            Layer("GRU", ("hidden", hidden), ("ResetAfter", false), ("Bidirectional", true)),
        ]
        :
        [
            Layer("LSTM", ("hidden", hidden), ("Reverse", true)),
            Layer("LSTM", ("hidden", hidden), ("CellState", true), ("Bidirectional", true)),
            Layer("GRU", ("hidden", hidden), ("Layers", 2), ("Bidirectional", true), ("Bias", false)),
            Layer("RNN", ("hidden", hidden), ("Layers", 2), ("Nonlinearity", hidden > 4 ? 1 : 0)),
            Layer("GRU", ("hidden", hidden), ("ResetAfter", false), ("Bias", false)),
        ];
}
