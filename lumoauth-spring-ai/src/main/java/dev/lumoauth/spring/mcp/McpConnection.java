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

package dev.lumoauth.spring.mcp;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.token.RequestSigner;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one connection to an MCP server.
 *
 * @param name the connection's name, as Spring AI knows it
 * @param audience the server's id at LumoAuth, or {@code null}
 * @param resource the server's registered address, or {@code null}
 * @param scopes the scopes to request; empty = those that LumoAuth chooses
 * @param capability the capabilities that every tool of the connection needs, or
 * {@code null} for none
 * @param tools the additional capabilities of tools, by the tool's name at the server
 * @param onBehalfOf on whose behalf the agent acts
 * @param discover whether audience and resource come from the server's own metadata (RFC
 * 9728)
 * @param unlistedTools what happens to tools without a rule in {@code capability} or
 * {@code tools}
 * @param stepUpScopes the scopes that the server may demand in addition to
 * {@code scopes}, by answering with 403 {@code insufficient_scope}
 * @param terms the further terms of tools, by their name at the server; {@code *} stands
 * for every tool
 * @param signed whether each request is signed ({@link RequestSigner}), which needs a
 * module that supports it
 * @param serverId the server's id by which LumoAuth is asked, before each call, whether
 * the tool may be called ({@code agents/me/mcp/authorize}); {@code null} if capabilities
 * alone decide
 * @since 0.1.0
 */
public record McpConnection(String name, @Nullable String audience, @Nullable String resource, Set<String> scopes,
		@Nullable CapabilityRequirement capability, Map<String, CapabilityRequirement> tools, OnBehalfOf onBehalfOf,
		boolean discover, UnlistedTools unlistedTools, Set<String> stepUpScopes, Map<String, GuardTerms> terms,
		boolean signed, @Nullable String serverId) {

	private static final String EVERY_TOOL = "*";

	public McpConnection {
		scopes = Set.copyOf(scopes);
		tools = Map.copyOf(tools);
		stepUpScopes = Set.copyOf(stepUpScopes);
		terms = Map.copyOf(terms);
	}

	/**
	 * Create a connection whose tools have no further terms and whose requests are not
	 * signed. Capabilities alone decide.
	 * @param name see above
	 * @param audience see above
	 * @param resource see above
	 * @param scopes see above
	 * @param capability see above
	 * @param tools see above
	 * @param onBehalfOf see above
	 * @param discover see above
	 * @param unlistedTools see above
	 * @param stepUpScopes see above
	 */
	public McpConnection(String name, @Nullable String audience, @Nullable String resource, Set<String> scopes,
			@Nullable CapabilityRequirement capability, Map<String, CapabilityRequirement> tools, OnBehalfOf onBehalfOf,
			boolean discover, UnlistedTools unlistedTools, Set<String> stepUpScopes) {
		this(name, audience, resource, scopes, capability, tools, onBehalfOf, discover, unlistedTools, stepUpScopes,
				Map.of(), false, null);
	}

	/**
	 * Return the requirement of a tool: the connection's requirement and the tool's own.
	 * <p>
	 * A configured name counts for each tool whose name has the same letters and digits,
	 * unless the exact name of the tool is configured: Spring Boot drops other signs from
	 * a key that is not in brackets, and an environment variable has no capitals. Spring
	 * Boot drops letters outside of ASCII as well. So what is left of a name counts too,
	 * but does not list the tool. A tool is never open because of how its name was
	 * written.
	 * @param tool the name that the server gave the tool
	 * @return the requirement: {@link CapabilityRequirement#NEVER_MET} for a tool that no
	 * rule names, unless such tools are allowed, and for one that LumoAuth can't be asked
	 * about by its name; {@code null} if the tool needs no capability
	 */
	public @Nullable CapabilityRequirement requirementOf(String tool) {
		CapabilityRequirement needed = CapabilityRequirement.both(this.capability,
				ofTool(tool, this.tools, CapabilityRequirement::both));
		if (this.serverId != null) {
			String name = McpToolQuestions.capability(this.name, tool);
			return CapabilityRequirement.isValid(name)
					? CapabilityRequirement.both(needed, CapabilityRequirement.of(name))
					: CapabilityRequirement.NEVER_MET;
		}
		return (this.unlistedTools == UnlistedTools.DENY && !isListed(tool)) ? CapabilityRequirement.NEVER_MET : needed;
	}

	private boolean isListed(String tool) {
		return this.capability != null || this.tools.containsKey(tool)
				|| this.tools.keySet().stream().anyMatch((name) -> isSame(name, lettersAndDigits(tool)));
	}

	/**
	 * Return the further terms of a tool. They are found by the tool's name, in the same
	 * way as the capability.
	 * @param tool the name that the server gave the tool
	 * @return the terms, or {@code null} for none
	 */
	public @Nullable GuardTerms termsOf(String tool) {
		return GuardTerms.both(this.terms.get(EVERY_TOOL), ofTool(tool, this.terms, GuardTerms::both));
	}

	private static <R> @Nullable R ofTool(String tool, Map<String, R> configured,
			BiFunction<@Nullable R, @Nullable R, @Nullable R> both) {
		R exact = configured.get(tool);
		if (exact != null) {
			return exact;
		}
		R all = null;
		for (Map.Entry<String, R> each : configured.entrySet()) {
			if (isSame(each.getKey(), lettersAndDigits(tool)) || isSame(each.getKey(), ofAscii(tool))) {
				all = both.apply(all, each.getValue());
			}
		}
		return all;
	}

	private static boolean isSame(String configured, String tool) {
		return !tool.isEmpty() && lettersAndDigits(configured).equals(tool);
	}

	private static String lettersAndDigits(String name) {
		return Normalizer.normalize(name, Normalizer.Form.NFC)
			.replaceAll("[^\\p{L}\\p{M}\\p{N}]", "")
			.toLowerCase(Locale.ROOT);
	}

	/**
	 * Return what Spring Boot leaves of a name in a key that is not in brackets.
	 */
	private static String ofAscii(String name) {
		return lettersAndDigits(name.replaceAll("\\P{ASCII}", ""));
	}

}
