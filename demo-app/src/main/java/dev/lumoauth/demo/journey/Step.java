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

package dev.lumoauth.demo.journey;

import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.lumoauth.spring.BudgetStatus;
import org.jspecify.annotations.Nullable;

/**
 * One step to an answer. It never contains a token.
 */
@JsonPropertyOrder("step")
public sealed interface Step {

	/**
	 * Return what kind of step this is, for readers of the JSON.
	 * @return the kind
	 */
	@JsonProperty("step")
	String kind();

	/**
	 * The agent's identity.
	 *
	 * @param agentId its id at LumoAuth
	 * @param name its name
	 * @param tenant its tenant
	 * @param tokenSeconds how long its token is still valid, in seconds
	 * @param proof how it proves its identity, in words; {@code null} if it uses a secret
	 * @param problem why the identity is not known
	 */
	record Identity(@Nullable String agentId, @Nullable String name, @Nullable String tenant,
			@Nullable Long tokenSeconds, @Nullable String proof, @Nullable String problem) implements Step {

		@Override
		public String kind() {
			return "identity";
		}

	}

	/**
	 * The state of the budget.
	 *
	 * @param when {@code before} or {@code after} the answer, or {@code now}
	 * @param state the state, in one word
	 * @param reason why it is not known
	 * @param limits the limits and their usage
	 */
	record Budget(String when, BudgetStatus.State state, @Nullable String reason,
			List<BudgetStatus.Limit> limits) implements Step {

		@Override
		public String kind() {
			return "budget";
		}

	}

	/**
	 * A decision about a capability, by LumoAuth or from memory.
	 *
	 * @param capability the capability
	 * @param outcome {@code allow}, {@code deny} or {@code unavailable}
	 * @param source {@code LumoAuth} or {@code cache}
	 * @param millis how long it took, in milliseconds
	 * @param before the purpose of the decision
	 */
	record Decision(String capability, String outcome, String source, long millis, String before) implements Step {

		boolean isLike(@Nullable Decision other) {
			return other != null && this.capability.equals(other.capability) && this.outcome.equals(other.outcome)
					&& this.source.equals(other.source) && this.before.equals(other.before);
		}

		@Override
		public String kind() {
			return "decision";
		}

	}

	/**
	 * The tools that the model is offered.
	 *
	 * @param offered the names of the offered tools, with the capabilities that they
	 * require
	 * @param hidden the names of the hidden tools, with the capabilities that they
	 * require
	 * @param missing the names of the tools that their server did not list
	 */
	record Tools(Map<String, Set<String>> offered, Map<String, Set<String>> hidden,
			Set<String> missing) implements Step {

		@Override
		public String kind() {
			return "tools";
		}

	}

	/**
	 * The token that an MCP server gets, after an exchange.
	 *
	 * @param audience the server
	 * @param subject the subject of the token; {@code null} if the token has none
	 * @param actors the actors for the subject, as they are nested in the token, the
	 * outermost first; empty if the subject acts for itself
	 * @param tokenSeconds how long the token is still valid, in seconds
	 * @param problem why there is no token
	 */
	record Exchange(String audience, @Nullable String subject, List<String> actors, @Nullable Long tokenSeconds,
			@Nullable String problem) implements Step {

		@Override
		public String kind() {
			return "exchange";
		}

	}

	/**
	 * What an MCP server logged about a call.
	 *
	 * @param tool the tool
	 * @param subject the subject of the token
	 * @param actors the actors, as they are nested in the token, separated by commas;
	 * {@code -} for none
	 * @param scopes the scopes of the token, separated by commas
	 */
	record ServerCall(String tool, String subject, String actors, String scopes) implements Step {

		@Override
		public String kind() {
			return "server-call";
		}

	}

	/**
	 * The model was called.
	 *
	 * @param model its name
	 * @param promptTokens tokens it read
	 * @param completionTokens tokens it wrote
	 * @param millis how long it took, in milliseconds
	 * @param calls the tools that the model calls; none if it answered
	 */
	record ModelCall(@Nullable String model, int promptTokens, int completionTokens, long millis,
			List<String> calls) implements Step {

		@Override
		public String kind() {
			return "model-call";
		}

	}

	/**
	 * A model call was refused, because the budget does not allow it.
	 *
	 * @param limit the limit that was reached, by its name in the policy
	 * @param message what the caller reads
	 */
	record Refusal(String limit, String message) implements Step {

		@Override
		public String kind() {
			return "refusal";
		}

	}

	/**
	 * A request to LumoAuth.
	 *
	 * @param method the request's method
	 * @param path its path
	 * @param status the status of the answer; {@code null} if there was none
	 * @param millis how long it took, in milliseconds
	 * @param total the number of this request since the application started, from 1
	 */
	record Request(String method, String path, @Nullable Integer status, long millis, long total) implements Step {

		@Override
		public String kind() {
			return "request";
		}

	}

	/**
	 * What a tool returned to the model.
	 *
	 * @param tool the name of the tool
	 * @param result what the model reads
	 */
	record ToolResult(String tool, String result) implements Step {

		/**
		 * The beginning of a result that is a failure.
		 */
		static final String ERROR = "Error:";

		/**
		 * The beginning of a result that tells the model what the agent lacks.
		 */
		static final String REFUSED = "Error: agent lacks";

		/**
		 * The beginning of a result that tells the model that a person denied the call.
		 */
		static final String DENIED = "Error: a person denied";

		/**
		 * The beginning of a result that tells the model to wait for a person.
		 */
		static final String PENDING = "Approval pending:";

		/**
		 * Return how the call went, for readers of the JSON.
		 * @return {@code ok}, {@code pending} until a person has decided, {@code refused}
		 * because of a missing capability or a person's denial, or {@code failed}
		 */
		@JsonProperty
		String outcome() {
			if (this.result.startsWith(PENDING)) {
				return "pending";
			}
			if (this.result.startsWith(REFUSED) || this.result.startsWith(DENIED)) {
				return "refused";
			}
			return this.result.startsWith(ERROR) ? "failed" : "ok";
		}

		@Override
		public String kind() {
			return "tool-result";
		}

	}

}
