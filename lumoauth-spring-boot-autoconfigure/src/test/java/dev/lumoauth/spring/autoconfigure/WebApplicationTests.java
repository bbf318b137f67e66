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

package dev.lumoauth.spring.autoconfigure;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What adding the starter does to a web application: nothing to its pages.
 */
class WebApplicationTests {

	private static final String SECRET = "pa55word-of-the-agent";

	/** One whose actuator shows values, once a test has asked for it. */
	private static ConfigurableApplicationContext showing;

	@AfterAll
	static void stop() {
		if (showing != null) {
			showing.close();
		}
	}

	@Test
	void staysOpenWhenIdle() {
		try (ConfigurableApplicationContext context = run()) {
			assertThat(get(context, "/hello")).isEqualTo("hello");
		}
	}

	@Test
	void staysOpenWhenConfigured() {
		assertThat(get(showing(), "/hello")).isEqualTo("hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "env", "configprops", "env/lumoauth.client-secret", "beans", "conditions" })
	void keepsTheSecretOutOfTheActuatorEvenWhereItShowsValues(String endpoint) {
		assertThat(get(showing(), "/actuator/" + endpoint)).isNotBlank().doesNotContain(SECRET);
	}

	@Test
	void showsTheRestOfTheConfigurationWhereTheActuatorShowsValues() {
		assertThat(get(showing(), "/actuator/configprops/lumoauth")).contains("agt_1", "acme", "******");
	}

	private static ConfigurableApplicationContext showing() {
		if (showing == null) {
			showing = run("--lumoauth.tenant=acme", "--lumoauth.client-id=agt_1", "--lumoauth.client-secret=" + SECRET,
					"--management.endpoints.web.exposure.include=*", "--management.endpoint.env.show-values=always",
					"--management.endpoint.configprops.show-values=always", "--copied={\"secret\":\"" + SECRET + "\"}");
		}
		return showing;
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		String[] all = Stream
			.concat(Arrays.stream(arguments), Stream.of("--server.port=0", "--server.address=127.0.0.1",
					"--spring.main.banner-mode=off", "--spring.ai.openai.api-key=unused"))
			.toArray(String[]::new);
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET).run(all);
	}

	private static String get(ConfigurableApplicationContext context, String path) {
		int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
		return RestClient.create("http://127.0.0.1:" + port).get().uri(path).retrieve().body(String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Application {

		@GetMapping("/hello")
		String hello() {
			return "hello";
		}

	}

}
