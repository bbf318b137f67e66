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

package dev.lumoauth.spring.autoconfigure.container;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * The dev server's service connections without a container engine: with services and
 * containers that are none, through Spring Boot's own registration.
 */
class ServiceConnectionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(ServiceConnectionAutoConfiguration.class, LumoAuthAutoConfiguration.class));

	@Test
	void composeServiceOfTheDevServersImageIsConnectedTo() {
		LumoAuthConnectionDetails details = compose("lumoauth-dev-server:local", Map.of());
		assertThat(details.getUrl()).isEqualTo("http://127.0.0.1:32768");
		assertThat(details.getTenant()).isEqualTo("acme-corp");
		assertThat(details.getOrgId()).isNull();
		assertThat(details.getClientId()).isEqualTo("agt_research-analyst");
		assertThat(details.getClientSecret()).isEqualTo("local-development-only");
	}

	@Test
	void theRepositorysComposeFileStartsThatImageByTheNameThatItAnswersTo() throws IOException {
		String file = Files.readString(Path.of("../compose.yaml"));
		assertThat(compose(found("\n    image: (\\S+)\n", file), Map.of()).getUrl())
			.isEqualTo("http://127.0.0.1:32768");
		assertThat(Files.readString(Path.of("../lumoauth-dev-server/Dockerfile")))
			.contains("CMD [\"--dev.network-names=" + found("\nservices:\n  (\\S+):\n", file) + "\"]");
		assertThat(found("\n      - \"(.+):9000\"\n", file)).isEqualTo("127.0.0.1:9000");
	}

	private static String found(String pattern, String text) {
		Matcher matcher = Pattern.compile(pattern).matcher(text);
		assertThat(matcher.find()).as(pattern).isTrue();
		return matcher.group(1);
	}

	@Test
	void theServicesVariablesSayWhoTheAgentIs() {
		LumoAuthConnectionDetails details = compose("registry.example.com/team/lumoauth-dev-server",
				Map.of("LUMOAUTH_ORG_ID", "other", "AGENT_CLIENT_ID", "agt_other", "LUMOAUTH_DEV_CLIENT_SECRET",
						"first-agents", "AGENT_CLIENT_SECRET", "its-own"),
				Map.of("org.springframework.boot.service-connection", "lumoauth-dev-server"));
		assertThat(details.getTenant()).isNull();
		assertThat(details.getOrgId()).isEqualTo("other");
		assertThat(details.getClientId()).isEqualTo("agt_other");
		assertThat(details.getClientSecret()).isEqualTo("its-own");
		assertThat(details.toString()).doesNotContain("its-own", "first-agents");
	}

	@Test
	void theSecretOfTheFirstAgentIsThatOfTheDevServer() {
		assertThat(compose("lumoauth-dev-server", Map.of("LUMOAUTH_DEV_CLIENT_SECRET", "changed")).getClientSecret())
			.isEqualTo("changed");
	}

	@Test
	void anotherAgentGetsNoSecretButItsOwn() {
		Map<String, String> variables = Map.of("AGENT_CLIENT_ID", "agt_report-writer");
		assertThat(compose("lumoauth-dev-server", variables).getClientId()).isEqualTo("agt_report-writer");
		assertThat(compose("lumoauth-dev-server", variables).getClientSecret()).isNull();
		assertThat(compose("lumoauth-dev-server",
				Map.of("AGENT_CLIENT_ID", "agt_report-writer", "LUMOAUTH_DEV_CLIENT_SECRET", "first-agents"))
			.getClientSecret()).isNull();
	}

	@Test
	void anotherServiceIsNone() {
		assertThat(connections("redis:8", Map.of(), Map.of())).doesNotContainKey(LumoAuthConnectionDetails.class);
	}

	@Test
	void containerIsWhereTheAgentAsks() {
		this.runner.withUserConfiguration(DevServerInAContainer.class)
			.withPropertyValues("lumoauth.url=https://app.lumoauth.dev", "lumoauth.tenant=in-properties")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(LumoAuthAgent.class);
				LumoAuthConnectionDetails details = context.getBean(LumoAuthConnectionDetails.class);
				assertThat(details.getUrl()).isEqualTo("http://localhost:32769");
				assertThat(details.getTenant()).isEqualTo("acme-corp");
				assertThat(details.getClientId()).isEqualTo("agt_research-analyst");
				assertThat(details.getClientSecret()).isEqualTo("changed");
			});
	}

	@Test
	void theApplicationsOwnConnectionWins() {
		LumoAuthConnectionDetails own = compose("lumoauth-dev-server", Map.of());
		this.runner.withUserConfiguration(DevServerInAContainer.class)
			.withBean("own", LumoAuthConnectionDetails.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(LumoAuthConnectionDetails.class)
				.isSameAs(own));
	}

	private static LumoAuthConnectionDetails compose(String image, Map<String, String> variables) {
		return compose(image, variables, Map.of());
	}

	private static LumoAuthConnectionDetails compose(String image, Map<String, String> variables,
			Map<String, String> labels) {
		return (LumoAuthConnectionDetails) connections(image, variables, labels).get(LumoAuthConnectionDetails.class);
	}

	/** As Spring Boot finds them, by spring.factories. */
	private static Map<Class<?>, ConnectionDetails> connections(String image, Map<String, String> variables,
			Map<String, String> labels) {
		RunningService service = mock();
		ConnectionPorts ports = mock();
		given(ports.get(9000)).willReturn(32768);
		given(service.name()).willReturn("lumoauth");
		given(service.host()).willReturn("127.0.0.1");
		given(service.ports()).willReturn(ports);
		given(service.image()).willReturn(ImageReference.of(image));
		given(service.env()).willReturn(variables);
		given(service.labels()).willReturn(labels);
		// Spring Boot's own tests are in its package.
		Constructor<?> constructor = DockerComposeConnectionSource.class.getDeclaredConstructors()[0];
		DockerComposeConnectionSource source = (DockerComposeConnectionSource) BeanUtils.instantiateClass(constructor,
				service, new MockEnvironment());
		return new ConnectionDetailsFactories(null).getConnectionDetails(source, false);
	}

	@Configuration(proxyBeanMethods = false)
	static class DevServerInAContainer {

		@Bean
		@ServiceConnection(name = "lumoauth-dev-server")
		GenericContainer<?> lumoAuth() {
			return new NoContainer();
		}

	}

	/**
	 * Starts nothing, and is where a container would be.
	 */
	static final class NoContainer extends GenericContainer<NoContainer> {

		NoContainer() {
			super(DockerImageName.parse("lumoauth-dev-server:local"));
			withExposedPorts(9000);
			withEnv("LUMOAUTH_DEV_CLIENT_SECRET", "changed");
		}

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public String getHost() {
			return "localhost";
		}

		@Override
		public Integer getMappedPort(int port) {
			assertThat(port).isEqualTo(9000);
			return 32769;
		}

	}

}
