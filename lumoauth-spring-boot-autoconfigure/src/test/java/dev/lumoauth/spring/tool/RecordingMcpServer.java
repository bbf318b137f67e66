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

package dev.lumoauth.spring.tool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.mcp.transport.PlainMcpServer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.mcp.annotation.McpMeta;
import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real MCP server that asks for no token, and writes down what it is asked.
 */
final class RecordingMcpServer implements AutoCloseable {

	private final String label;

	private final String protocol;

	private ConfigurableApplicationContext context;

	private int port;

	RecordingMcpServer(String label) {
		this(label, "STREAMABLE");
	}

	RecordingMcpServer(String label, String protocol) {
		this.label = label;
		this.protocol = protocol;
		start();
	}

	/**
	 * Start, or start again on the same port.
	 */
	void start() {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run("--server.port=" + this.port, "--server.address=127.0.0.1",
					"--spring.ai.mcp.server.protocol=" + this.protocol, "--test.label=" + this.label,
					"--spring.main.banner-mode=off",
					// Not once its streams have ended, which clients keep open.
					"--server.shutdown=immediate");
		this.port = Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	String url() {
		return "http://localhost:" + this.port;
	}

	List<JsonNode> requests() {
		return this.context.getBean(Recorder.class).requests;
	}

	List<String> methods() {
		return requests().stream().map((request) -> request.path("method").asString()).toList();
	}

	/**
	 * Wait until a method was called: for what happens in the background.
	 */
	void await(String method) {
		Recorder recorder = this.context.getBean(Recorder.class);
		synchronized (recorder) {
			long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
			while (!methods().contains(method)) {
				long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
				assertThat(left).as("Waited for %s, seen %s", method, methods()).isPositive();
				try {
					recorder.wait(left);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}
	}

	List<JsonNode> toolCalls() {
		return requests().stream()
			.filter((request) -> "tools/call".equals(request.path("method").asString()))
			.map((request) -> request.path("params"))
			.toList();
	}

	/**
	 * Accept calls of tools, and never answer them.
	 */
	void hang() {
		this.context.getBean(Recorder.class).hanging = true;
	}

	@Override
	public void close() {
		if (this.context.isActive()) {
			this.context.getBean(Recorder.class).end.countDown();
		}
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@PlainMcpServer
	static class Application {

		@Bean
		Tools tools(@Value("${test.label}") String label) {
			return new Tools(label);
		}

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

	}

	public static class Tools {

		private final String label;

		Tools(String label) {
			this.label = label;
		}

		@McpTool(name = "query_data", description = "Query the data.")
		public String query(String text) {
			return this.label + " found " + text;
		}

		@McpTool(name = "open-door", description = "Needs nothing.")
		public String open(McpMeta meta) {
			return this.label + " saw " + ((meta.meta() != null) ? meta.meta() : Map.of());
		}

		@McpTool(name = "fail", description = "Fails.")
		public String fail() {
			throw new IllegalArgumentException("there is no such metric");
		}

	}

	static class Recorder implements Filter {

		private static final JsonMapper JSON = JsonMapper.shared();

		private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

		private final CountDownLatch end = new CountDownLatch(1);

		private volatile boolean hanging;

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			byte[] body = request.getInputStream().readAllBytes();
			if (body.length > 0) {
				synchronized (this) {
					this.requests.add(JSON.readTree(body));
					notifyAll();
				}
				if (this.hanging && "tools/call".equals(JSON.readTree(body).path("method").asString())) {
					await();
				}
			}
			chain.doFilter(new Replayed((HttpServletRequest) request, body), response);
		}

		private void await() {
			try {
				this.end.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private static final class Replayed extends HttpServletRequestWrapper {

		private final byte[] body;

		private Replayed(HttpServletRequest request, byte[] body) {
			super(request);
			this.body = body;
		}

		@Override
		public ServletInputStream getInputStream() {
			ByteArrayInputStream content = new ByteArrayInputStream(this.body);
			return new ServletInputStream() {

				@Override
				public boolean isFinished() {
					return content.available() == 0;
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setReadListener(ReadListener listener) {
					throw new UnsupportedOperationException();
				}

				@Override
				public int read() {
					return content.read();
				}

			};
		}

	}

}
