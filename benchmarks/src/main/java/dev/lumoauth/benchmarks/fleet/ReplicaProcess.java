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

package dev.lumoauth.benchmarks.fleet;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * One replica of a fleet, in a process of its own: a guarded tool that needs tokens for
 * three servers, without a model's time. It prints a line for each call, and ends with
 * its input.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ReplicaProcess {

	static final List<String> SERVERS = List.of("urn:mcp:financial-data", "urn:mcp:calendar", "urn:mcp:mail");

	static final List<String> CAPABILITIES = List.of("read:documents", "mcp:financial", "mcp:read", "reports:send",
			"delegate:on_behalf");

	/**
	 * Run.
	 * @param args {@code tool} for calls of a tool, {@code checks} for checks of five
	 * capabilities; the time between two calls in milliseconds; then properties
	 * @throws InterruptedException if this is to end
	 */
	public static void main(String... args) throws InterruptedException {
		String[] properties = new String[args.length - 2];
		System.arraycopy(args, 2, properties, 0, properties.length);
		Thread end = new Thread(ReplicaProcess::endWithInput, "end");
		end.setDaemon(true);
		end.start();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(ReplicaProcess.class)
			.web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "logging.level.root=error")
			.run(properties)) {
			ToolCallback tool = context.getBean("tools", ToolCallbackProvider.class).getToolCallbacks()[0];
			LumoAuthAgent agent = context.getBean(LumoAuthAgent.class);
			while (true) {
				long start = System.currentTimeMillis();
				String words = args[0].equals("tool") ? tool.call("{\"query\":\"Q3\"}") : check(agent);
				System.out.println("call " + start + " " + System.currentTimeMillis() + " " + words);
				Thread.sleep(Long.parseLong(args[1]));
			}
		}
	}

	private static String check(LumoAuthAgent agent) {
		try {
			return agent.hasCapability(CAPABILITIES.get(ThreadLocalRandom.current().nextInt(CAPABILITIES.size())))
					? "allowed" : "Error: denied";
		}
		catch (LumoAuthException ex) {
			return "Error: " + ex.getClass().getSimpleName();
		}
	}

	private static void endWithInput() {
		try {
			while (System.in.read() >= 0) {
				// until the end
			}
		}
		catch (IOException ex) {
			// It has ended.
		}
		Runtime.getRuntime().halt(0);
	}

	@Bean
	static ToolCallbackProvider tools(LumoAuthAgent agent) {
		return MethodToolCallbackProvider.builder().toolObjects(new Tools(agent)).build();
	}

	/**
	 * The tool.
	 */
	static class Tools {

		private final LumoAuthAgent agent;

		Tools(LumoAuthAgent agent) {
			this.agent = agent;
		}

		@Tool(description = "Search documents, mail and the calendar.")
		@RequiresCapability("read:documents")
		String search(String query) {
			SERVERS.forEach(this.agent::mcpToken);
			return "Found 3 documents";
		}

	}

}
