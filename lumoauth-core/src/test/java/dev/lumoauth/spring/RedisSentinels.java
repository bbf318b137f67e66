/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;

/**
 * A Redis that gets over the death of its master: a master, a replica, and three
 * sentinels that count the master as dead after five seconds.
 */
public final class RedisSentinels implements AutoCloseable {

	private final List<RedisServer> servers = new ArrayList<>();

	private final List<String> nodes = new ArrayList<>();

	private RedisSentinels() {
	}

	public static RedisSentinels start(Path directory) throws IOException {
		RedisSentinels all = new RedisSentinels();
		RedisServer master = RedisServer.start(Files.createDirectory(directory.resolve("master")));
		all.servers.add(master);
		all.servers.add(RedisServer.start(Files.createDirectory(directory.resolve("replica")), "--replicaof",
				"127.0.0.1", String.valueOf(master.port()), "--repl-diskless-sync-delay", "0"));
		for (int i = 1; i <= 3; i++) {
			RedisServer sentinel = RedisServer.sentinel(Files.createDirectory(directory.resolve("sentinel-" + i)),
					master);
			all.servers.add(sentinel);
			all.nodes.add("127.0.0.1:" + sentinel.port());
		}
		// Until each knows the replica and the other two, they choose no new master.
		for (RedisServer sentinel : all.servers.subList(2, 5)) {
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.until(() -> said(sentinel.port()).contains("num-slaves 1 num-other-sentinels 2"));
		}
		return all;
	}

	/**
	 * Return what a sentinel says of the master, without the lengths.
	 */
	private static String said(int port) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.getOutputStream().write("SENTINEL MASTER shared\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
			BufferedReader answer = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
			return answer.lines()
				.takeWhile((line) -> !line.equals("+PONG"))
				.filter((line) -> !line.matches("[$*].*"))
				.collect(Collectors.joining(" "));
		}
	}

	/**
	 * Return the addresses of the sentinels of the master {@code shared}.
	 */
	public Set<String> nodes() {
		return Set.copyOf(this.nodes);
	}

	/**
	 * Return the names of the properties {@code spring.data.redis.*} with their values.
	 */
	public String[] properties() {
		return new String[] { "spring.data.redis.sentinel.master=shared",
				"spring.data.redis.sentinel.nodes=" + String.join(",", this.nodes), "spring.data.redis.timeout=1s" };
	}

	/**
	 * As {@code SIGKILL} does.
	 */
	public void killMaster() {
		this.servers.get(0).close();
	}

	@Override
	public void close() {
		this.servers.forEach(RedisServer::close);
	}

}
