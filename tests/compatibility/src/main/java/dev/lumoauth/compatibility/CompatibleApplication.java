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

package dev.lumoauth.compatibility;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts, says what works in lines such as {@code => method: 3 documents}, and ends.
 */
@SpringBootApplication
public class CompatibleApplication {

	/** An auto-configuration, which is named as its class. */
	private static final Pattern FEATURE = Pattern
		.compile("dev\\.lumoauth\\.spring\\.([a-z.]+)\\.autoconfigure\\.\\w+AutoConfiguration");

	/**
	 * Run the application.
	 * @param args Spring Boot's arguments
	 */
	public static void main(String... args) {
		SpringApplication application = new SpringApplication(CompatibleApplication.class);
		try (ConfigurableApplicationContext context = application.run(args)) {
			say("web", application.getWebApplicationType());
			say("features", features(context));
		}
	}

	/**
	 * Return the features of LumoAuth whose wiring is there.
	 */
	private static Set<String> features(ConfigurableApplicationContext context) {
		return Stream.of(context.getBeanDefinitionNames())
			.map(FEATURE::matcher)
			.filter(Matcher::matches)
			.map((feature) -> feature.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	static void say(String what, @Nullable Object result) {
		System.out.println("=> " + what + ": " + result);
	}

}
