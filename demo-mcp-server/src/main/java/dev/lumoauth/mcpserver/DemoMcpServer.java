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

package dev.lumoauth.mcpserver;

import java.time.Clock;
import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * An MCP server with one tool, for callers with a token for this server.
 *
 * @since 0.1.0
 */
@SpringBootApplication
public class DemoMcpServer {

	/**
	 * Starts the server.
	 * @param args options, such as {@code --server.port=9100}
	 */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(DemoMcpServer.class);
		// Reads no configuration file of the current directory, which probably belongs
		// to an application.
		application.setDefaultProperties(Map.of("spring.config.location", "classpath:/"));
		application.run(args);
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
