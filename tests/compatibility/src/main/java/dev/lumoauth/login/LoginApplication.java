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

package dev.lumoauth.login;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Starts once for each {@link Login} that it is told, says who may log in to it in lines
 * such as {@code => GENERATED: …}, and ends.
 */
@EnableAutoConfiguration
@RestController
public class LoginApplication {

	private static final Pattern GENERATED = Pattern.compile("Using generated security password: (\\S+)");

	@GetMapping("/hello")
	String hello() {
		return "Hello";
	}

	/**
	 * Run the application.
	 * @param logins the names of the logins
	 * @throws Exception if it can't be run
	 */
	public static void main(String... logins) throws Exception {
		PrintStream console = System.out;
		for (String login : logins) {
			ByteArrayOutputStream output = new ByteArrayOutputStream();
			System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
			try {
				String result = run(Login.valueOf(login), output);
				console.println("=> " + login + ": " + result);
			}
			finally {
				System.setOut(console);
				console.print(output.toString(StandardCharsets.UTF_8));
			}
		}
	}

	private static String run(Login login, ByteArrayOutputStream output) throws IOException, InterruptedException {
		SpringApplication application = new SpringApplication(LoginApplication.class);
		boolean servlet = application.getWebApplicationType() == WebApplicationType.SERVLET;
		Class<?> beans = login.beans(servlet);
		if (beans != Object.class) {
			application.addPrimarySources(List.of(beans));
		}
		List<String> arguments = new ArrayList<>(login.arguments());
		arguments.addAll(List.of("--server.port=0", "--spring.config.name=login", "--spring.main.banner-mode=off"));
		try (ConfigurableApplicationContext context = application.run(arguments.toArray(String[]::new))) {
			Matcher password = GENERATED.matcher(output.toString(StandardCharsets.UTF_8));
			boolean printed = password.find();
			return "nobody " + get(context, null) + ", user " + get(context, "user:secret") + ", alice "
					+ get(context, "alice:secret") + ", bob " + get(context, "bob:secret") + ", password printed "
					+ printed + (printed ? " " + get(context, "user:" + password.group(1)) : "") + ", beans "
					+ (servlet ? names(context, UserDetailsService.class) + names(context, AuthenticationManager.class)
							: names(context, ReactiveUserDetailsService.class)
									+ names(context, ReactiveAuthenticationManager.class));
		}
	}

	private static String names(ConfigurableApplicationContext context, Class<?> type) {
		return List.of(context.getBeanNamesForType(type)).toString();
	}

	private static int get(ConfigurableApplicationContext context, @Nullable String user)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(
				URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + "/hello"));
		if (user != null) {
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
		}
		return HttpClient.newHttpClient().send(request.build(), BodyHandlers.discarding()).statusCode();
	}

}
