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

package dev.lumoauth.devserver;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;

import dev.lumoauth.devserver.config.DevProperties;
import dev.lumoauth.devserver.launch.Arguments;
import dev.lumoauth.devserver.launch.StartFailureReporter;
import dev.lumoauth.devserver.state.Tenants;

/**
 * A LumoAuth to develop against: in memory, on the loopback interface only.
 *
 * @since 0.1.0
 */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@EnableConfigurationProperties(DevProperties.class)
public class DevServer {

	/**
	 * Starts the server.
	 * @param args options, such as {@code --server.port=9000} and
	 * {@code --dev.config=file.yml}, or {@code --help}
	 */
	@SuppressWarnings("SystemOut")
	public static void main(String[] args) {
		Optional<String> help = Arguments.help(args);
		if (help.isPresent()) {
			System.out.print(help.get());
			return;
		}
		if (!start(args)) {
			System.exit(1);
		}
	}

	/**
	 * Starts the server.
	 * @return {@code false} if it did not start, for a reason that has been printed
	 */
	static boolean start(String... args) {
		SpringApplication application = new SpringApplication(DevServer.class);
		// Reads no configuration file of the current directory, which probably belongs
		// to an application.
		application.setDefaultProperties(Map.of("spring.config.location", "classpath:/"));
		StartFailureReporter failures = new StartFailureReporter();
		application.addListeners(failures);
		try {
			application.run(Arguments.prepare(args));
			return true;
		}
		catch (RuntimeException ex) {
			if (!failures.hasReported()) {
				throw ex;
			}
			return false;
		}
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	@Bean
	Tenants tenants(DevProperties properties, Clock clock) {
		return new Tenants(properties.tenants(), clock);
	}

}
