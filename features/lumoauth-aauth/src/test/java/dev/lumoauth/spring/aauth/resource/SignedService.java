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

package dev.lumoauth.spring.aauth.resource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A service that agents call, with a server, as its Javadoc says to set it up.
 */
final class SignedService implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private SignedService(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start a service. It knows its port only then, so its name is that of one before it.
	 */
	static SignedService start(StubLumoAuth lumoAuth, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.main.banner-mode=off", "spring.ai.mcp.server.enabled=false",
				"spring.ai.mcp.client.enabled=false", "lumoauth.aauth.resource.resource=" + RESOURCE,
				"lumoauth.aauth.resource.issuer=" + lumoAuth.issuer(), "lumoauth.aauth.resource.scopes=read,write"));
		all.addAll(List.of(properties));
		if (all.stream().noneMatch((property) -> property.startsWith("server.port="))) {
			all.add("server.port=0");
		}
		return new SignedService(new SpringApplicationBuilder(Application.class)
			.run(all.stream().map((property) -> "--" + property).toArray(String[]::new)));
	}

	static final String RESOURCE = "https://api.example";

	static final String HOST = "api.example";

	int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	int reached() {
		return this.context.getBean(Echo.class).reached.get();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * Write a private key where a service can be told to find it.
	 */
	static String keyFile(Path directory, String json) throws IOException {
		Path file = directory.resolve("key.json");
		Files.writeString(file, json);
		return file.toString();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Echo.class)
	static class Application {

		@Bean
		SecurityFilterChain agents(HttpSecurity http, AAuthResource aauth) {
			return http.csrf((csrf) -> csrf.disable())
				.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.addFilterBefore(new AAuthAuthenticationFilter(aauth), AnonymousAuthenticationFilter.class)
				.exceptionHandling((errors) -> errors.authenticationEntryPoint(new AAuthEntryPoint(aauth)))
				.authorizeHttpRequests((requests) -> requests.requestMatchers("/.well-known/**", "/public", "/error")
					.permitAll()
					.requestMatchers("/admin/**")
					.hasAuthority("SCOPE_admin")
					.anyRequest()
					.hasAuthority("SCOPE_read"))
				.build();
		}

	}

	@RestController
	static class Echo {

		final AtomicInteger reached = new AtomicInteger();

		@RequestMapping("/**")
		String echo(HttpServletRequest request) throws IOException {
			this.reached.incrementAndGet();
			Map<String, String> parameters = new TreeMap<>();
			request.getParameterMap().forEach((name, values) -> parameters.put(name, String.join("|", values)));
			String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return SecurityContextHolder.getContext().getAuthentication().getName() + " " + request.getMethod() + " "
					+ parameters + " " + body;
		}

	}

}
