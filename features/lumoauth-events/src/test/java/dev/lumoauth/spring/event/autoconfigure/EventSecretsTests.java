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

package dev.lumoauth.spring.event.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the actuator shows no secret of the events.
 */
class EventSecretsTests {

	private static final String WEBHOOK_SECRET = "pa55word-of-webhooks";

	private static final String STREAM_TOKEN = "pa55word-of-the-event-stream-of-lumoauth";

	@Test
	void keepsTheSecretsOutOfTheActuatorEvenWhereItShowsValues() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
					"--lumoauth.tenant=acme", "--lumoauth.client-id=agt_1", "--lumoauth.client-secret=unused-secret",
					"--management.endpoints.web.exposure.include=*", "--management.endpoint.env.show-values=always",
					"--management.endpoint.configprops.show-values=always", "--webhook.secret=" + WEBHOOK_SECRET,
					"--lumoauth.events.webhook.enabled=true", "--lumoauth.events.webhook.secrets=${webhook.secret}",
					"--lumoauth.events.ssf.enabled=true", "--stream.token=" + STREAM_TOKEN,
					"--lumoauth.events.ssf.authorization-token=${stream.token}")) {
			for (String endpoint : new String[] { "env", "configprops", "env/lumoauth.events.webhook.secrets", "beans",
					"conditions" }) {
				assertThat(get(context, endpoint)).as(endpoint)
					.isNotBlank()
					.doesNotContain(WEBHOOK_SECRET, STREAM_TOKEN);
			}
			assertThat(get(context, "configprops/lumoauth.events")).contains("******");
		}
	}

	private static String get(ConfigurableApplicationContext context, String endpoint) {
		int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
		return RestClient.create("http://127.0.0.1:" + port)
			.get()
			.uri("/actuator/" + endpoint)
			.retrieve()
			.body(String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
