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

package dev.lumoauth.spring.mcp.server;

import java.util.Map;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProofAddress}.
 */
class ProofAddressTests {

	private static final String ADDRESS = "https://mcp.example.com/tools/~a/mcp";

	@ParameterizedTest
	@ValueSource(strings = { ADDRESS, "HTTPS://MCP.Example.com/tools/~a/mcp",
			"https://mcp.example.com:443/tools/~a/mcp", "https://mcp.example.com/tools/%7ea/mcp",
			"https://mcp.example.com/tools/%7Ea/mcp", "https://mcp.example.com/tools/x/../~a/./mcp",
			"https://mcp.example.com/tools/~a/mcp?x=y#z", "https://mcp.example.com/tools/x/%2e%2E/~a/mcp" })
	void isTheSameInAnotherSpelling(String claimed) {
		assertThat(ProofAddress.spelledAsIn(proof(claimed), ADDRESS)).isEqualTo(claimed);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://mcp.example.com/tools/~a/mcp", "https://mcp.example.com:80/tools/~a/mcp",
			"https://mcp.example.com:8443/tools/~a/mcp", "https://mcp.example.com/tools/~A/mcp",
			"https://mcp.example.com/tools/~a/mcp/", "https://mcp.example.com/tools%2F~a/mcp",
			"https://mcp.example.com.evil.example/tools/~a/mcp", "https://mcp.example.com@evil.example/tools/~a/mcp",
			"https://evil@mcp.example.com/tools/~a/mcp", "/tools/~a/mcp", "", "https://", "%zz", "tools:~a",
			"https://mcp.example.com/tools/~a/mcp%00" })
	void isAnother(String claimed) {
		assertThat(ProofAddress.spelledAsIn(proof(claimed), ADDRESS)).isEqualTo(ADDRESS);
	}

	/** Java's URIs have no host if its name has an underscore. */
	@ParameterizedTest
	@ValueSource(strings = { "http://other_server:9/mcp", "http:///mcp", "http:x" })
	void isAnotherThanAHostWithAnUnderscore(String claimed) {
		String address = "http://mcp_server:8080/mcp";
		assertThat(ProofAddress.spelledAsIn(proof(claimed), address)).isEqualTo(address);
		assertThat(ProofAddress.spelledAsIn(proof(address), address)).isEqualTo(address);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a.b.c", "no proof", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aXY.Yw.dGFn" })
	void isOfNoProof(String proof) {
		assertThat(ProofAddress.spelledAsIn(proof, ADDRESS)).isEqualTo(ADDRESS);
	}

	private static String proof(String claimed) {
		return new PlainJWT(new JWTClaimsSet.Builder().claim("htu", claimed).claim("x", Map.of()).build()).serialize();
	}

}
