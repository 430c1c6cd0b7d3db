using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NetGen.Tests.Golden;
using Xunit;

namespace NetGen.Tests.Runtime;

/// <summary>What is tried in a process of its own, since it might end it: other programs' writing into its files, and a pool without a thread to spare.</summary>
internal static class RuntimeChild
{
    public const string Command = "runtime";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Runs this program for a task, which must come to its end.</summary>
    /// <returns>What the task wrote, line by line.</returns>
    public static async Task<string[]> StartAsync(params string[] task)
    {
        string arguments = string.Join(' ', task.Select(a => $"\"{a}\""));
        (int code, string output) = await DotnetProcess.RunAsync(
            AppContext.BaseDirectory, $"\"{typeof(RuntimeChild).Assembly.Location}\" {Command} {arguments}");
        Assert.True(code == 0, $"The process ended with {code}:\n{output}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Does a task, and writes what came of it.</summary>
    public static int Run(string[] task)
    {
        // Whatever hangs, the tests do not.
        new Thread(() =>
        {
            Thread.Sleep(Patience);
            Console.WriteLine("hangs");
            Environment.Exit(3);
        }) { IsBackground = true }.Start();

        switch (task)
        {
            case ["files", var folder, var file, var change]:
                ChangeFile(folder, file, change);
                return 0;
            case ["pool", var folder]:
                BlockPool(folder);
                return 0;
            default:
                return 2;
        }
    }

    private static void ChangeFile(string folder, string file, string change)
    {
        string weights = Path.Combine(folder, "weights.safetensors");
        string? cache = file == "weights" ? null : Path.Combine(folder, "weights.packed");
        Safetensors.Save(weights, SharedLayers.Random(3).Weights);
        float[] input = GoldenWeights.Input(SharedLayers.InputLength);
        float[] expected = Load().Forward(input);
        float[] inputs = [.. input, .. input];
        for (int wait = 0; wait < 2; wait++)
        {
            // Once while the cache is being read, and once after.
            byte[] content = File.ReadAllBytes(weights);
            SharedLayers network = Load();
            if (wait == 1)
            {
                network.Forward(input);
            }

            Change(file == "cache" ? cache! : weights, change);
            Try("forward", () => network.Forward(input).SequenceEqual(expected));
            Try("batch", () =>
            {
                var outputs = new float[2 * SharedLayers.OutputLength];
                network.ForwardBatch(inputs, outputs);
                return outputs.AsSpan(0, expected.Length).SequenceEqual(expected);
            });
            Try("observed", () =>
            {
                var output = new float[SharedLayers.OutputLength];
                network.Forward(input, output, (_, _) => { });
                return output.Zip(expected, (o, e) => Math.Abs(o - e)).Max() < 1e-4;
            });
            Try("save", () =>
            {
                string saved = Path.Combine(folder, "saved.safetensors");
                network.Save(saved);
                return File.ReadAllBytes(saved).SequenceEqual(content);
            });
            File.WriteAllBytes(weights, content);
        }

        SharedLayers Load() => cache is null ? SharedLayers.Load(weights) : SharedLayers.Load(weights, cache);
    }

    private static void Change(string path, string change)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        switch (change)
        {
            case "emptied":
                file.SetLength(0);
                break;
            case "shortened":
                file.SetLength(file.Length / 2);
                break;
            default:
                byte[] other = new byte[file.Length];
                Array.Fill(other, (byte)0x3E);
                file.Write(other);
                break;
        }
    }

    private static void Try(string what, Func<bool> isRight)
    {
        try
        {
            Console.WriteLine($"{what}: {(isRight() ? "right" : "WRONG")}");
        }
        catch (WeightsException exception)
        {
            Console.WriteLine($"{what}: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static void BlockPool(string folder)
    {
        string weights = Path.Combine(folder, "weights.safetensors");
        string cache = Path.Combine(folder, "weights.packed");
        Safetensors.Save(weights, SharedLayers.Random(3).Weights);
        float[] inputs = GoldenWeights.Input(3 * SharedLayers.InputLength);
        var expected = new float[3 * SharedLayers.OutputLength];
        SharedLayers.Load(weights, cache).ForwardBatch(inputs, expected, 1);

        int threads = Math.Max(2, Environment.ProcessorCount);
        ThreadPool.SetMinThreads(threads, 1);
        ThreadPool.SetMaxThreads(threads, threads);
        using var blocked = new CountdownEvent(threads);
        for (int i = 0; i < threads; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    blocked.Signal();
                    Thread.Sleep(Timeout.Infinite);
                },
                null);
        }

        blocked.Wait();
        foreach (SharedLayers network in (SharedLayers[])[SharedLayers.Load(weights), SharedLayers.Load(weights, cache)])
        {
            var actual = new float[expected.Length];
            network.ForwardBatch(inputs, actual, 3);
            Console.WriteLine(actual.AsSpan().SequenceEqual(expected) ? "right" : "WRONG");
        }
    }
}
