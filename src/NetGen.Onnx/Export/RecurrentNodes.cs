using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx.Export;

/// <summary>
/// Writes recurrent layers. ONNX's take a sequence [length, samples, features] and give [length, directions, samples, hidden]; a layer stands
/// between transpositions from and to an image of height 1.
/// </summary>
internal static class RecurrentNodes
{
    /// <summary>For each of ONNX's gates, the place of PyTorch's: i, o, f, c of i, f, g, o.</summary>
    private static readonly int[] LstmGates = [0, 3, 1, 2];

    /// <summary>The same of z, r, h of r, z, n.</summary>
    private static readonly int[] GruGates = [1, 0, 2];

    public static void Write(ModelBuilder model, LayerInfo layer)
    {
        bool givesCell = layer.Kind == "LSTM" && Is(layer, "CellState");
        int length = layer.Output.Height * layer.Output.Width;
        if (givesCell && length > 1)
        {
            throw new NotSupportedException(
                $"Layer '{layer.Name}': ONNX gives the cell state of the last of {length} steps alone; leave out CellState.");
        }

        int hidden = Int(layer, "Hidden");
        int directions = Is(layer, "Bidirectional") ? 2 : 1;
        int layers = Int(layer, "Layers");
        string sequence = Sequence(model, layer, length);
        for (int k = 0; k < layers; k++)
        {
            string result = Node(model, layer, sequence, k, givesCell);
            if (k < layers - 1)
            {
                string steps = model.Node(layer, "Transpose", [result], $"steps{k}", ModelBuilder.Ints("perm", 0, 2, 1, 3));
                sequence = model.Node(layer, "Reshape", [steps, model.Constant(0, 0, directions * hidden)], $"sequence{k + 1}");
            }
            else
            {
                string image = model.Node(layer, "Transpose", [result], "image", ModelBuilder.Ints("perm", 2, 1, 3, 0));
                long channels = layer.Output.Channels;
                model.Node(layer, "Reshape", [image, layer.Output.IsVector ? model.Constant(0, channels) : model.Constant(0, channels, 1, length)]);
            }
        }
    }

    /// <summary>The layer's input as a sequence.</summary>
    private static string Sequence(ModelBuilder model, LayerInfo layer, int length)
    {
        if (layer.Input.IsVector)
        {
            return model.Node(layer, "Reshape", [layer.Sources[0], model.Constant(1, -1, layer.Input.Channels)], "sequence0");
        }

        string flat = model.Node(layer, "Reshape", [layer.Sources[0], model.Constant(0, layer.Input.Channels, length)], "flat");
        return model.Node(layer, "Transpose", [flat], "sequence0", ModelBuilder.Ints("perm", 2, 0, 1));
    }

    /// <summary>One layer, of one direction or both: its hidden states, and after each direction's its cell state where that is asked for.</summary>
    private static string Node(ModelBuilder model, LayerInfo layer, string sequence, int k, bool givesCell)
    {
        int hidden = Int(layer, "Hidden");
        bool isBidirectional = Is(layer, "Bidirectional");
        string[] suffixes = isBidirectional ? [$"_l{k}", $"_l{k}_reverse"] : [$"_l{k}"];
        int next = 1;
        string State(string argument) => !Is(layer, argument) ? ""
            : model.Node(layer, "Reshape", [layer.Sources[next++], model.Constant(1, -1, hidden)], argument);
        bool hasBias = Is(layer, "Bias");
        string[] inputs =
        [
            sequence,
            Weights(model, layer, "weight_ih", suffixes),
            Weights(model, layer, "weight_hh", suffixes),
            hasBias ? Biases(model, layer, suffixes) : "",
            "",
            State("InitialState"),
            .. layer.Kind == "LSTM" ? [State("InitialCell")] : Array.Empty<string>(),
        ];
        var attributes = new List<AttributeProto>
        {
            ModelBuilder.Int("hidden_size", hidden),
            ModelBuilder.Text("direction", isBidirectional ? "bidirectional" : Is(layer, "Reverse") ? "reverse" : "forward"),
        };
        if (layer.Kind == "GRU")
        {
            attributes.Add(ModelBuilder.Int("linear_before_reset", Int(layer, "ResetAfter")));
        }
        else if (layer.Kind == "RNN")
        {
            attributes.Add(ModelBuilder.Texts("activations", suffixes.Select(_ => Is(layer, "Nonlinearity") ? "Relu" : "Tanh")));
        }

        string[] outputs = givesCell ? [$"hidden{k}", "", "cell"] : [$"hidden{k}"];
        string[] results = model.Node(layer, layer.Kind, inputs, outputs, [.. attributes]);
        if (!givesCell)
        {
            return results[0];
        }

        string cell = model.Node(layer, "Unsqueeze", [results[2], model.Constant(0L)], "cells");
        return model.Node(layer, "Concat", [results[0], cell], "states", ModelBuilder.Int("axis", 3));
    }

    /// <summary>The weights of all directions, [directions, gates · hidden, …], with the gates in ONNX's order.</summary>
    private static string Weights(ModelBuilder model, LayerInfo layer, string name, string[] suffixes)
    {
        float[] values = [.. suffixes.SelectMany(s => Gates(layer, model.Values(layer, name + s)))];
        long rows = (long)GatesOf(layer).Length * Int(layer, "Hidden");
        return model.Constant(values, suffixes.Length, rows, values.Length / suffixes.Length / rows);
    }

    /// <summary>The biases of all directions, those of the input before those of the state.</summary>
    private static string Biases(ModelBuilder model, LayerInfo layer, string[] suffixes)
    {
        float[] values = [.. suffixes.SelectMany(s => Gates(layer, model.Values(layer, "bias_ih" + s)).Concat(Gates(layer, model.Values(layer, "bias_hh" + s))))];
        return model.Constant(values, suffixes.Length, values.Length / suffixes.Length);
    }

    private static IEnumerable<float> Gates(LayerInfo layer, float[] values)
    {
        int[] gates = GatesOf(layer);
        int length = values.Length / gates.Length;
        return gates.SelectMany(g => values.Skip(g * length).Take(length));
    }

    private static int[] GatesOf(LayerInfo layer) => layer.Kind switch { "LSTM" => LstmGates, "GRU" => GruGates, _ => [0] };

    private static bool Is(LayerInfo layer, string argument) => Int(layer, argument) == 1;

    private static int Int(LayerInfo layer, string argument) => (int)LayerNodes.Int(layer, argument);
}
