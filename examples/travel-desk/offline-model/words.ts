/** Words that are never part of the name of a place, and particles that may stand inside one. */

const list = (text: string) => new Set(text.split(/\s+/).filter(Boolean))

export const notPlaces = list(`
  a about above after afterwards again ago ahead airline airlines airport all almost along already also
  alternatively although always am an and another any anybody anyone anything anyway appreciate are aren't
  around arrange arrival arrive arrives arriving as ask at available away back be because been before being
  below best better between big book booked booking bookings both bring business but buy buying by bye can
  can't cancel cancelled cannot catch change cheap cheaper cheapest check cheers choice choose class
  coming confirm connecting connection connections cost costs costliest could couldn't country currently
  date dates day days dear dearest definitely depart departing departs departure destination did didn't direct directly
  do does doesn't doing don't done dont during each earlier earliest early economy either else end enough
  euro euros evening ever every everything excellent expensive fare fares fast faster fastest few fifth
  fine find first flew flight flights flown fly flying following for fourth free from fun get gets getting
  give go goes going gone good goodbye got grab great greetings had half happy has have haven't having he
  head heading hello help her here hey hi him his holiday home hope hotel hour hours how however hurry i
  i'd i'll i'm i've if im immediately in instead interested into is isn't it it'd it'll it's itinerary its
  january february march april june july august september october november december
  journey just keep kids kind kindly know last lasts late later latest leave leaves leaving left less let
  let's like list little live location long longest look looking lot love lovely low lowest make many may
  maybe me mean might mine miss money more morning most much must my name need needed needs never next
  nice night no nonstop noon nope nor not nothing now number of off offer offers oh ok okay old on once one
  ones only option options or order ordered origin other others our out over own passenger passengers
  people per perhaps person plan planning plane plans please pls plz possible possibly prefer premium
  preferably present price prices pricey priciest priced probably purchase purchased put quick quicker
  quickest quickly quite rather reach ready really recommend reservation reservations reserve reserved
  return returning returns ride right round route same say schedule scheduled search seat seats second see
  seem send set she short shortest should show since slow so some someone something soon sooner soonest
  sorry sort start starting stay still stop stopover stops straight such suggest suggestion sure take
  takes taking tell ten than thank thanks that that'd that's the their them then there there's these they
  thing things think third this those though thought three through thx ticket tickets til till time times
  to today together tomorrow tonight too total toward towards transport travel traveling travelling trip
  trips try two under until up upcoming us use used usually vacation very via visit visiting wanna want
  wants was way we we'd we'll we're we've week weekend weeks well went were what what's whatever when
  where where's which while who whose why will wish with within without won't wonder wondering work would
  wouldn't yeah yep yes yesterday yet you you'd you'll you're you've your yours
  asap hi there ta four five six seven eight nine cheaply somewhere anywhere family grandma grandmother grandpa parents wife husband friend
  friends mother father mum mom dad kids boss colleague conference meeting wedding business-class
  monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun details information
  info question ticketed afternoon bit lunch dinner breakfast noon midnight quote nah nevermind cool wow
  awesome perfect wonderful amazing super bookable confirmed confirmation reference gonna gotta test
`)

/** "Rio de Janeiro", "Frankfurt am Main", "Port of Spain": only between two words of a name. */
export const particles = list(`
  de da do dos das del della di du la le les los las el al am der den upon sur en of y e ad bin ben ibn the
`)

/** Common words that count when a name goes on after them: "New York", "Little Rock", "Long Beach". */
export const firstWords = list(
  `new little long great big old high good grand la le les los las el al de da den`,
)

/** Their full stop does not end a sentence. */
export const abbreviations = list(`st mt ft sta sto ste d.c`)
