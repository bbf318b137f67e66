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

package dev.lumoauth.docs.deployment;

import java.util.List;
import java.util.Map;

import dev.lumoauth.docs.BashBlock;
import dev.lumoauth.docs.Document;
import dev.lumoauth.docs.ServerProcess;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthTokenStoreProperties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with the variables of docs/kubernetes.md, whose budget is exhausted; and
 * the commands of docs/your-tenant.md.
 */
class DeploymentIT {

	private static ServerProcess lumoAuth;

	private static ConfigurableApplicationContext application;

	private static RestClient client;

	@BeforeAll
	static void start() {
		lumoAuth = new ServerProcess("lumoauth-dev-server.jar", Map.of());
		String url = lumoAuth.variables().get("LUMOAUTH_URL");
		RestClient.create()
			.post()
			.uri(url + "/dev/tenants/acme-corp/agents/agt_research-analyst/budget/exhaust")
			.retrieve()
			.toBodilessEntity();
		SystemEnvironmentPropertySource variables = Manifests.environment(Manifests.container().get("env"),
				Map.of("client-secret", lumoAuth.variables().get("AGENT_CLIENT_SECRET")));
		assertThat(variables.getPropertyNames()).containsExactlyInAnyOrderElementsOf(lumoAuth.variables().keySet());
		variables.getSource().put("LUMOAUTH_URL", url);
		application = new SpringApplicationBuilder(DeployedApplication.class)
			.initializers(
					(context) -> context.getEnvironment().getPropertySources().replace(variables.getName(), variables))
			.run("--spring.config.name=deployment", "--spring.main.banner-mode=off", "--server.address=127.0.0.1",
					"--server.port=0");
		client = RestClient.create("http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port"));
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
		lumoAuth.close();
	}

	@Test
	void isTheAgent() {
		assertThat(application.getBean(LumoAuthAgent.class).hasCapability("read:documents")).isTrue();
	}

	@Test
	void staysInServiceWithoutABudget() {
		assertThat(application.getBean(LumoAuthAgent.class).isBudgetExhausted()).isTrue();
		assertThat(status("/actuator/health")).isEqualTo(503);
		for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
			Map<String, Object> request = Manifests.at(Manifests.container(), probe, "httpGet");
			assertThat(request.get("port")).isEqualTo(8080);
			assertThat(status((String) request.get("path"))).as(probe).isEqualTo(200);
		}
	}

	@Test
	void sharesItsTokensByItsVariables() {
		Object list = Manifests.all()
			.stream()
			.filter((block) -> block.containsKey("env"))
			.findFirst()
			.orElseThrow()
			.get("env");
		MutablePropertySources sources = new MutablePropertySources();
		sources.addFirst(Manifests.environment(list, Map.of("token-store-key", "a-key")));
		LumoAuthTokenStoreProperties store = new Binder(ConfigurationPropertySources.from(sources))
			.bind("lumoauth.token-store", LumoAuthTokenStoreProperties.class)
			.get();
		assertThat(store.getType()).hasToString("REDIS");
		assertThat(store.getEncryptionKey()).isEqualTo("a-key");
		Binder binder = new Binder(ConfigurationPropertySources.from(sources));
		assertThat(binder.bind("spring.data.redis.host", String.class).get()).isEqualTo("redis");
		assertThat(binder.bind("spring.data.redis.timeout", String.class).get()).isEqualTo("1s");
	}

	@Test
	void answersTheCommandsThatCheckARealOne() {
		assertThat(BashBlock.run(new Document("your-tenant.md").blocks("bash").get(0), lumoAuth.variables()))
			.containsSubsequence("eyJ", "...", "\"allowed\":true", "\"budget_policy\":", "\n200\n");
	}

	private static int status(String path) {
		return client.get().uri(path).exchange((request, response) -> response.getStatusCode().value());
	}

}
