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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an application may have on its class path besides the starter, by the names of the
 * jars that come with it. A jar that several parts bring is there with any of them.
 */
enum ClassPathPart {

	SERVLET("spring-boot-(starter-)?(webmvc|tomcat.*|servlet|web-server)|spring-webmvc|tomcat-.*"),

	REACTIVE("spring-boot-(starter-)?(webflux|reactor.*|netty|web-server)|spring-webflux|reactor-.*|netty-.*"
			+ "|reactive-streams"),

	SPRING_AI("spring-ai-(?!.*mcp).*|reactor-core|reactive-streams|jsonschema-.*|victools.*|antlr.*|ST4|jtokkit"),

	MCP_CLIENT("spring-ai-.*mcp.*|mcp-?.*|reactor-core|reactive-streams|json-schema-validator"),

	ACTUATOR("spring-boot-(starter-)?(actuator.*|health|micrometer-metrics)|micrometer-(core|jakarta9)|HdrHistogram"
			+ "|LatencyUtils"),

	SPRING_SECURITY("spring-boot-(starter-)?security(-test)?|spring-security-(config|web|core|crypto)"),

	OAUTH2_CLIENT("spring-security-oauth2-.*|oauth2-oidc-sdk|nimbus-jose-jwt|spring-security-(web|core|crypto)"),

	/** Spring Boot's module for it. */
	OAUTH2_LOGIN("spring-boot-(starter-)?security-oauth2-client"),

	/** A module of Spring Boot that comes with all others. */
	ALL_MODULES("spring-boot-security-saml2"),

	/** The starter. */
	LUMOAUTH("lumoauth-(core|spring-ai|spring-boot-.*)"
			+ "|spring-security-oauth2-.*|oauth2-oidc-sdk|nimbus-jose-jwt|spring-security-(web|core|crypto)"),

	/** What some features bring; a feature itself is on a class path by its name. */
	OF_FEATURES("structured-fields|aspectj(rt|weaver)|spring-data-.*|spring-(tx|oxm|context-support)");

	private static final Pattern FEATURE = Pattern.compile("(lumoauth-.*?)-[0-9].*\\.jar");

	private final Pattern jars;

	ClassPathPart(String jars) {
		this.jars = Pattern.compile("(" + jars + ")-[0-9].*\\.jar");
	}

	private boolean brings(String jar) {
		return this.jars.matcher(jar).matches();
	}

	/**
	 * Return whether a jar belongs to an application of these parts.
	 * @param features the names of the modules that the application adds
	 */
	static boolean isOn(Set<ClassPathPart> parts, Set<String> features, String jar) {
		boolean always = true;
		for (ClassPathPart part : values()) {
			if (part.brings(jar)) {
				if (parts.contains(part)) {
					return true;
				}
				always = false;
			}
		}
		Matcher feature = FEATURE.matcher(jar);
		return always && (!feature.matches() || features.contains(feature.group(1)));
	}

}
