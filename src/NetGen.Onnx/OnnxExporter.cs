using System;
using System.IO;
using Google.Protobuf;
using NetGen.Onnx.Export;
using NetGen.Onnx.Protos;

namespace NetGen.Onnx;

/// <summary>Writes a network and its weights as an ONNX model (opset 20), which other runtimes compute.</summary>
public static class OnnxExporter
{
    /// <summary>Writes a network to a file, for one sample at a time.</summary>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="path">The file's path.</param>
    public static void Export<TNetwork>(TNetwork network, string path)
        where TNetwork : INetwork<TNetwork>
    {
        ArgumentNullException.ThrowIfNull(network);
        using FileStream file = File.Create(path);
        Export(TNetwork.Info, network.Weights, file, batch: 1);
    }

    /// <summary>Writes a network to a stream, which is left open.</summary>
    /// <param name="network">The layer table.</param>
    /// <param name="weights">The weights, by the names of a PyTorch state dict.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="batch">The samples that the model takes at once; 0 leaves that to whoever runs it.</param>
    public static void Export(NetworkInfo network, IWeightSource weights, Stream stream, int batch)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ModelProto model = new ModelBuilder(network, weights, batch).Build();
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        model.WriteTo(output);
    }
}
