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

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.lumoauth.docs.BashBlock;
import dev.lumoauth.docs.Document;
import dev.lumoauth.docs.ServerProcess;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.redis.autoconfigure.LumoAuthTokenStoreProperties;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

	private static final String DEV_SERVER = """
			dev:
			  tenants:
			    - slug: acme-corp
			      agents:
			        - client-id: agt_research-analyst
			          client-secret: for-the-commands-of-your-tenant
			          workload-identities:
			            - provider: kubernetes
			              issuer: https://kubernetes.default.svc.cluster.local
			              subject: system:serviceaccount:default:research-analyst
			              audience: %s
			              jwks: '%s'
			          capabilities: [ "read:documents" ]
			          default-scopes: [ openid ]
			          budget-policy:
			            max-tokens-per-day: 100000
			      audiences:
			        - id: urn:mcp:financial-data
			          clients: [ agt_research-analyst ]
			          scopes: [ "read:documents" ]
			""";

	@TempDir
	private static Path folder;

	private static ServerProcess lumoAuth;

	private static ConfigurableApplicationContext application;

	private static RestClient client;

	@BeforeAll
	static void start() throws Exception {
		String audience = (String) projectedToken().get("audience");
		Cluster cluster = new Cluster();
		Path token = Files.writeString(folder.resolve("token"), cluster.token(audience));
		Path configuration = Files.writeString(folder.resolve("dev.yml"),
				DEV_SERVER.formatted(audience, cluster.keys()));
		lumoAuth = new ServerProcess("lumoauth-dev-server.jar", Map.of(), "--dev.config=" + configuration);
		String url = lumoAuth.variables().get("LUMOAUTH_URL");
		RestClient.create()
			.post()
			.uri(url + "/dev/tenants/acme-corp/agents/agt_research-analyst/budget/exhaust")
			.retrieve()
			.toBodilessEntity();
		SystemEnvironmentPropertySource variables = Manifests.environment(Manifests.container().get("env"), Map.of());
		assertThat(variables.getPropertyNames()).containsExactlyInAnyOrder("LUMOAUTH_URL", "LUMOAUTH_TENANT",
				"AGENT_CLIENT_ID", "LUMOAUTH_CLIENTAUTHENTICATIONMETHOD", "LUMOAUTH_WORKLOADIDENTITY_PROVIDER");
		variables.getSource().put("LUMOAUTH_URL", url);
		// Where no test can write: the volume of the manifest.
		variables.getSource().put("LUMOAUTH_WORKLOADIDENTITY_TOKENFILE", token.toString());
		application = new SpringApplicationBuilder(DeployedApplication.class)
			.initializers(
					(context) -> context.getEnvironment().getPropertySources().replace(variables.getName(), variables))
			.run("--spring.config.name=deployment", "--spring.main.banner-mode=off", "--server.address=127.0.0.1",
					"--server.port=0", "--lumoauth.read-timeout=1m", "--lumoauth.max-wait=1m");
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
	void readsTheTokenWhereTheVolumeHasIt() {
		assertThat(Manifests.maps(Manifests.container().get("volumeMounts"))).anySatisfy((mount) -> {
			assertThat(mount).containsEntry("name", "lumoauth");
			assertThat(mount.get("mountPath") + "/" + projectedToken().get("path"))
				.isEqualTo("/var/run/secrets/lumoauth/token");
		});
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
	void aProbeWaitsLongerThanAChatWaitsForLumoAuth() {
		Duration wait = new Binder().bindOrCreate("lumoauth", LumoAuthProperties.class).maxWait();
		for (String probe : List.of("livenessProbe", "readinessProbe")) {
			int timeout = (int) Manifests.at(Manifests.container(), probe).get("timeoutSeconds");
			assertThat(Duration.ofSeconds(timeout)).as(probe).isGreaterThan(wait);
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
		sources
			.addFirst(Manifests.environment(list, Map.of("token-store-key", "a-key", "redis-password", "a-password")));
		LumoAuthTokenStoreProperties store = new Binder(ConfigurationPropertySources.from(sources))
			.bind("lumoauth.token-store", LumoAuthTokenStoreProperties.class)
			.get();
		assertThat(store.encryptionKey()).isEqualTo("a-key");
		Binder binder = new Binder(ConfigurationPropertySources.from(sources));
		assertThat(binder.bind("lumoauth.token-store.type", String.class).get()).isEqualTo("redis");
		assertThat(binder.bind("spring.data.redis.host", String.class).get()).isEqualTo("redis");
		assertThat(binder.bind("spring.data.redis.timeout", String.class).get()).isEqualTo("1s");
		assertThat(binder.bind("spring.data.redis.ssl.enabled", Boolean.class).get()).isTrue();
		assertThat(binder.bind("spring.data.redis.password", String.class).get()).isEqualTo("a-password");
	}

	@Test
	void answersTheCommandsThatCheckARealOne() {
		assertThat(BashBlock.run(new Document("your-tenant.md").blocks("bash").get(0), lumoAuth.variables()))
			.containsSubsequence("eyJ", "...", "\"allowed\":true", "\"budget_policy\":", "\n200\n");
	}

	private static Map<String, Object> projectedToken() {
		Map<String, Object> volume = Manifests.maps(Manifests.pod().get("volumes"))
			.stream()
			.filter((each) -> "lumoauth".equals(each.get("name")))
			.findFirst()
			.orElseThrow();
		return Manifests.at(Manifests.maps(Manifests.at(volume, "projected").get("sources")).get(0),
				"serviceAccountToken");
	}

	private static int status(String path) {
		return client.get().uri(path).exchange((request, response) -> response.getStatusCode().value());
	}

	/**
	 * Signs what Kubernetes says of a service account.
	 */
	private static final class Cluster {

		private final ECKey key;

		Cluster() throws JOSEException {
			this.key = new ECKeyGenerator(Curve.P_256).keyID("cluster").generate();
		}

		String keys() {
			return new JWKSet(this.key.toPublicJWK()).toString();
		}

		String token(String audience) throws JOSEException {
			SignedJWT token = new SignedJWT(
					new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(this.key.getKeyID()).build(),
					new JWTClaimsSet.Builder().issuer("https://kubernetes.default.svc.cluster.local")
						.subject("system:serviceaccount:default:research-analyst")
						.audience(audience)
						.issueTime(new Date())
						.expirationTime(Date.from(Instant.now().plusSeconds(3600)))
						.build());
			token.sign(new ECDSASigner(this.key));
			return token.serialize();
		}

	}

}
