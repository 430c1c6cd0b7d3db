using System;
using System.IO;

namespace NetGen;

/// <summary>What every generated network has, so that tools, tests and servers are written once for any of them.</summary>
/// <typeparam name="TSelf">The network class.</typeparam>
public interface INetwork<TSelf>
    where TSelf : INetwork<TSelf>
{
    /// <summary>The layer table: names, shapes, parameters and multiply-adds.</summary>
    static abstract NetworkInfo Info { get; }

    /// <summary>
    /// The weights as they were loaded, by the names of a PyTorch state dict. Those of a file are read from it again, since the network
    /// itself needs them packed only: if it has been written into meanwhile, that is a <see cref="WeightsException"/>, as it is for an
    /// observed <c>Forward</c>, a first <c>ForwardBatch</c> of vectors, and saving. A file that another was renamed to stays readable.
    /// </summary>
    IWeightSource Weights { get; }

    /// <summary>Loads the weights of a safetensors file.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="WeightsException">The file is damaged, or its tensors do not fit the network.</exception>
    static abstract TSelf Load(string path);

    /// <summary>
    /// Loads the weights of a safetensors file, and keeps them in a second file as the kernels read them. The first load writes that
    /// file; the next ones read it without packing: they return at once, threads read meanwhile, and the first <c>Forward</c> waits for
    /// them. A file that is damaged, or does not belong to these weights, this network, this machine's vectors and this version, is
    /// replaced, by renaming, so that any number of processes may load at once; what cannot be written is loaded as without it.
    /// </summary>
    /// <remarks>
    /// All of the cache and all of the weight file are read, and compared with hashes that the cache keeps, before anything is
    /// computed. Where they differ, the first <c>Forward</c> packs the weights anew; should the weight file have been written into since it
    /// was opened, it throws a <see cref="WeightsException"/>. The hashes find damage, not intent: keep the cache where only those can write
    /// whom you let write the weights.
    /// </remarks>
    /// <param name="path">The file's path.</param>
    /// <param name="cachePath">The path of the second file, for this network alone. Its folder is made where there is none.</param>
    /// <exception cref="WeightsException">The file is damaged, or its tensors do not fit the network.</exception>
    /// <exception cref="ArgumentException"><paramref name="cachePath"/> is a safetensors file, which would be lost.</exception>
    static abstract TSelf Load(string path, string cachePath);

    /// <summary>Loads weights whose names have a prefix, as wrappers of models leave it: <c>module.</c>, <c>_orig_mod.</c>.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="cachePath">The path of a second file for the packed weights, where there is to be one.</param>
    /// <param name="prefix">The prefix with its dot. Tensors without it are left out.</param>
    /// <exception cref="WeightsException">The file is damaged, has no such prefix, or its tensors do not fit the network.</exception>
    /// <exception cref="ArgumentException"><paramref name="cachePath"/> is a safetensors file, which would be lost.</exception>
    static abstract TSelf Load(string path, string? cachePath = null, string prefix = "");

    /// <summary>Loads weights in the safetensors format from a stream, which is read to its end and left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="WeightsException">The content is damaged, or its tensors do not fit the network.</exception>
    static abstract TSelf Load(Stream stream);

    /// <summary>Loads weights in the safetensors format, whose names have a prefix, from a stream, which is read to its end and left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="prefix">The prefix with its dot. Tensors without it are left out.</param>
    /// <exception cref="WeightsException">The content is damaged, has no such prefix, or its tensors do not fit the network.</exception>
    static abstract TSelf Load(Stream stream, string prefix);

    /// <summary>Loads weights from any source.</summary>
    /// <param name="weights">The source; the network keeps it for <see cref="Weights"/>.</param>
    /// <exception cref="WeightsException">The tensors do not fit the network.</exception>
    static abstract TSelf Load(IWeightSource weights);

    /// <summary>Loads weights whose names have a prefix from any source.</summary>
    /// <param name="weights">The source; the network keeps it for <see cref="Weights"/>.</param>
    /// <param name="prefix">The prefix with its dot. Tensors without it are left out.</param>
    /// <exception cref="WeightsException">No name has the prefix, or the tensors do not fit the network.</exception>
    static abstract TSelf Load(IWeightSource weights, string prefix);

    /// <summary>A network with random weights, drawn as PyTorch initialises its layers; the same seed gives the same weights.</summary>
    /// <param name="seed">The seed.</param>
    static abstract TSelf Random(int seed);

    /// <summary>Computes the network for one sample. It allocates nothing, and any number of threads may call it at once.</summary>
    /// <param name="input">The sample in NCHW order; it may not overlap <paramref name="output"/>.</param>
    /// <param name="output">Takes the result in NCHW order.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or the two overlap.</exception>
    void Forward(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Computes the network layer by layer, unfused, and shows every layer's activation.</summary>
    /// <param name="input">The sample in NCHW order.</param>
    /// <param name="output">Takes the result in NCHW order.</param>
    /// <param name="observer">Is called after each layer.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or the two overlap.</exception>
    void Forward(ReadOnlySpan<float> input, Span<float> output, LayerObserver observer);

    /// <summary>
    /// Computes the network for one sample on several threads, which share each layer. The result is the same to the bit; small
    /// layers, and small networks, stay on one thread.
    /// </summary>
    /// <param name="input">The sample in NCHW order; it may not overlap <paramref name="output"/>.</param>
    /// <param name="output">Takes the result in NCHW order.</param>
    /// <param name="parallelism">The threads.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or the two overlap.</exception>
    /// <exception cref="ObjectDisposedException">The threads have ended.</exception>
    void Forward(ReadOnlySpan<float> input, Span<float> output, NetworkParallelism parallelism);

    /// <summary>Computes the network for a batch of samples, in parallel over the samples.</summary>
    /// <param name="inputs">The samples, one after the other.</param>
    /// <param name="outputs">Takes the results, one after the other.</param>
    /// <param name="maxDegreeOfParallelism">
    /// The most threads to use, the caller's and those that the thread pool has to spare; −1 for one per core.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The lengths are no multiples of a sample's, hold different numbers of samples, or overlap.
    /// </exception>
    void ForwardBatch(ReadOnlySpan<float> inputs, Span<float> outputs, int maxDegreeOfParallelism = -1);
}
