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

package dev.lumoauth.devserver.oauth;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for client authentication by a certificate (RFC 8705).
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "dev.config=classpath:test-tls.yml")
@Import(KnownTenantKeys.class)
class TlsClientAuthTests {

	private static final String ACME = "/t/acme-corp/api/v1";

	@TempDir
	private static Path directory;

	private static TestCertificates certificates;

	@LocalServerPort
	private int port;

	private Client client;

	private Map<?, ?> aliases;

	@DynamicPropertySource
	static void certificates(DynamicPropertyRegistry registry) throws Exception {
		certificates = new TestCertificates(directory);
		Path trusted = directory.resolve("trusted.pem");
		Files.writeString(trusted, certificates.pem("ca"));
		String thumbprint = certificates.fingerprint("printed");
		registry.add("test.trusted-certificates", () -> trusted.toUri().toString());
		registry.add("test.thumbprint", () -> thumbprint);
	}

	@BeforeEach
	void discover() {
		this.client = new Client(this.port);
		this.aliases = (Map<?, ?>) metadata().get("mtls_endpoint_aliases");
	}

	private Answer metadata() {
		return this.client.get(ACME + "/.well-known/oauth-authorization-server");
	}

	@Test
	void saysWhereCertificatesAreAskedFor() {
		assertThat((List<?>) metadata().get("token_endpoint_auth_methods_supported"))
			.asInstanceOf(InstanceOfAssertFactories.list(Object.class))
			.containsExactly("client_secret_basic", "client_secret_post", "private_key_jwt", "none", "tls_client_auth");
		assertThat(metadata().json()).containsEntry("tls_client_certificate_bound_access_tokens", true)
			.containsEntry("issuer", this.client.url() + ACME);
		assertThat(this.aliases.get("token_endpoint").toString())
			.matches("https://127\\.0\\.0\\.1:\\d+/t/acme-corp/api/v1/oauth/token");
	}

	@Test
	void takesTheCertificateOfTheNameThatATrustedOneHasIssued() throws Exception {
		Answer answer = token("named", "agt_named");
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.claims()).containsEntry("sub", "agt_named")
			.containsEntry("iss", this.client.url() + ACME)
			.doesNotContainKey("cnf");
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(answer.accessToken())).status()).isEqualTo(200);
		assertThat(this.client.get("/dev/tokens").body()).contains("\"way\":\"tls_client_auth\"",
				"\"certificate\":\"CN=agt_named,O=Acme\"");
	}

	@Test
	void takesTheCertificateOfTheThumbprintWhoeverHasIssuedIt() throws Exception {
		assertThat(token("printed", "agt_printed").claims()).containsEntry("sub", "agt_printed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "unnamed", "forged", "ended", "printed", "" })
	void refusesAnotherCertificateAndNone(String alias) throws Exception {
		Answer answer = token(alias, "agt_named");
		assertThat(answer.status()).as(answer.body()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void refusesACertificateForAnotherAgentAndWithoutOne() throws Exception {
		assertThat(token("named", "agt_printed").get("error")).isEqualTo("invalid_client");
		assertThat(token("named", "agt_secret").get("error")).isEqualTo("invalid_client");
		assertThat(send("named", alias("token_endpoint"), "grant_type", "client_credentials").get("error"))
			.isEqualTo("invalid_client");
		assertThat(this.client.form(ACME + "/oauth/token", "grant_type", "client_credentials", "client_id", "agt_named")
			.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void takesASecretThereAsWell() throws Exception {
		assertThat(send("", alias("token_endpoint"), "grant_type", "client_credentials", "client_id", "agt_secret",
				"client_secret", "secret")
			.status()).isEqualTo(200);
	}

	@Test
	void authenticatesAtTheOtherEndpointsAsWell() throws Exception {
		String token = token("named", "agt_named").accessToken();
		assertThat(
				send("named", alias("introspection_endpoint"), "token", token, "client_id", "agt_named").get("active"))
			.isEqualTo(true);
	}

	@Test
	void givesATokenForTheCertificate() throws Exception {
		Answer answer = token("named", "agt_bound");
		assertThat(answer.get("token_type")).isEqualTo("Bearer");
		assertThat(answer.claims()).containsEntry("cnf", Map.of("x5t#S256", certificates.thumbprint("named")));
		String token = answer.accessToken();
		String userinfo = alias("userinfo_endpoint");
		assertThat(get("named", userinfo, token).status()).isEqualTo(200);
		assertThat(get("unnamed", userinfo, token).get("error")).isEqualTo("invalid_token");
		assertThat(get("", userinfo, token).get("error")).isEqualTo("invalid_token");
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(token)).status()).isEqualTo(401);
		String[] exchange = { "grant_type", Client.EXCHANGE, "subject_token", token, "subject_token_type",
				Client.ACCESS_TOKEN, "audience", "urn:mcp:open" };
		assertThat(this.client.form(ACME + "/oauth/token", exchange).get("error")).isEqualTo("invalid_grant");
		assertThat(send("named", alias("token_endpoint"), exchange).claims()).containsEntry("cnf",
				Map.of("x5t#S256", certificates.thumbprint("named")));
		assertThat(this.client.token(ACME, "agt_bound", "bound-secret").get("error")).isEqualTo("invalid_request");
	}

	private String alias(String endpoint) {
		return this.aliases.get(endpoint).toString();
	}

	private Answer token(String alias, String agent) throws Exception {
		return send(alias, alias("token_endpoint"), "grant_type", "client_credentials", "client_id", agent);
	}

	private Answer send(String alias, String url, String... parameters) throws Exception {
		StringBuilder body = new StringBuilder();
		for (int i = 0; i < parameters.length; i += 2) {
			body.append(body.isEmpty() ? "" : "&")
				.append(parameters[i])
				.append('=')
				.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
		}
		return answer(alias,
				HttpRequest.newBuilder(URI.create(url))
					.header("Content-Type", "application/x-www-form-urlencoded")
					.POST(BodyPublishers.ofString(body.toString()))
					.build());
	}

	private Answer get(String alias, String url, String token) throws Exception {
		return answer(alias,
				HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token).build());
	}

	private Answer answer(String alias, HttpRequest request) throws Exception {
		HttpResponse<String> response = HttpClient.newBuilder()
			.sslContext(context(alias))
			.build()
			.send(request, BodyHandlers.ofString());
		return new Answer(response.statusCode(), response);
	}

	private SSLContext context(String alias) throws Exception {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		String pem = this.client.get("/dev/tls/certificate.pem").body();
		trusted.setCertificateEntry("server",
				CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem.getBytes())));
		TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
		trust.init(trusted);
		KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
		keys.init(alias.isEmpty() ? null : certificates.only(alias), certificates.password());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		return context;
	}

}
